package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.DELTA32;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.POINTER64;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_DESCRIPTOR;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_MODULE64;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_OFFSET64;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_THREAD_POINTER_OFFSET64;

import dev.orcinus.loader.arch.EntryKind;
import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import java.util.List;

/** A pass that makes the requested GOT entries, stubs and TLS entries of a graph. */
final class AArch64Lowering {
    private static final GotBuilder.Words WORDS =
            new GotBuilder.Words(
                    POINTER64,
                    TLS_MODULE64,
                    TLS_OFFSET64,
                    TLS_THREAD_POINTER_OFFSET64,
                    TLS_DESCRIPTOR);

    private final LinkGraph graph;
    private final Reach reach;
    private final GotBuilder got;
    private final Stubs stubs;

    AArch64Lowering(LinkGraph graph, Reach reach) {
        this.graph = graph;
        this.reach = reach;
        this.got = new GotBuilder(graph, WORDS, AArch64Code.JUMP_THROUGH_SLOT);
        this.stubs = new Stubs(graph, reach, got);
    }

    void run() {
        for (Section section : List.copyOf(graph.sections())) {
            for (Block block : List.copyOf(section.blocks())) {
                GotLoads.relax(block, reach);
                for (Edge edge : block.edges()) {
                    if (edge.kind() instanceof AArch64EdgeKind kind && kind.isRequest()) {
                        lower(block, edge, kind);
                    }
                }
            }
        }
        stubs.install();
    }

    private void lower(Block block, Edge edge, AArch64EdgeKind kind) {
        if (kind.entry() == EntryKind.STUB) {
            lowerBranch(block, edge, kind);
        } else {
            edge.become(kind.granted(), got.entry(kind.entry(), edge.target()));
        }
    }

    private void lowerBranch(Block block, Edge edge, AArch64EdgeKind kind) {
        boolean isDirect =
                kind.granted() == DELTA32
                        ? reach.isNear(edge.target())
                        : stubs.isDirect(block, edge);
        if (isDirect) {
            edge.become(kind.direct(), edge.target());
        } else {
            edge.become(kind.granted(), stubs.stubFor(block, edge));
        }
    }
}
