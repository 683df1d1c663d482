package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.ADD_LO12;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.POINTER64;

import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.List;

/**
 * The stubs of a graph. A stub is code between a branch and a target that may be further away than
 * 128 MiB (AAELF64, 5.7.8 "Call and jump relocations"). Each branch that leaves its graph has a
 * stub on an island within its reach. When all addresses are known and the target is in reach, the
 * branch does not use its stub.
 */
final class Stubs {
    private final LinkGraph graph;
    private final Reach reach;
    private final GotBuilder got;
    private final Islands islands;

    /** The place that a stub jumps to. */
    record Destination(Symbol target, long addend) {}

    Stubs(LinkGraph graph, Reach reach, GotBuilder got) {
        this.graph = graph;
        this.reach = reach;
        this.got = got;
        this.islands = Islands.of(graph);
    }

    /** Returns whether a branch's target lies in the same graph's code, and in reach. */
    boolean isDirect(Block from, Edge branch) {
        Symbol target = branch.target();
        return target.isDefined()
                && target.block().section().use() == Section.Use.CODE
                && islands.isInReach(
                        from, branch.offset(), target.block(), target.offset() + branch.addend());
    }

    /** Returns a stub for a branch, whose destination includes the branch's addend. */
    Symbol stubFor(Block from, Edge branch) {
        Islands.Island island = islands.nearest(from, branch.offset());
        return island.stubs()
                .computeIfAbsent(
                        new Destination(branch.target(), branch.addend()),
                        destination -> newStub(island, destination));
    }

    private Symbol newStub(Islands.Island island, Destination to) {
        boolean isNear = reach.isNear(to.target);
        CodeTemplate code = isNear ? AArch64Code.JUMP_NEAR : AArch64Code.JUMP_THROUGH_SLOT;
        Block block = island.section(graph).newBlock(code.bytes(), code.alignmentBytes());
        block.setLive(true);
        Symbol way = isNear ? to.target : slot(to);
        for (CodeTemplate.Slot slot : code.edges()) {
            block.addEdge(slot.kind(), slot.offset(), way, isNear ? to.addend : 0);
        }
        return graph.anonymous(block);
    }

    private Symbol slot(Destination to) {
        if (to.addend == 0) {
            return got.pointerTo(to.target);
        }
        Symbol slot = got.newEntry(Long.BYTES);
        slot.block().addEdge(POINTER64, 0, to.target, to.addend);
        return slot;
    }

    /** Inserts the stubs into the graph's code. */
    void install() {
        islands.install(graph);
    }

    /** Returns the edge to a stub's destination. */
    static Edge wayOf(Symbol stub) {
        List<Edge> edges = stub.block().edges();
        return edges.getLast().kind() == ADD_LO12
                ? edges.getFirst()
                : edges.getFirst().target().block().edges().getFirst();
    }
}
