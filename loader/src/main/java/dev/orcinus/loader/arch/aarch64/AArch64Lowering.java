package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.DELTA32;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.POINTER64;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_DESCRIPTOR;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_MODULE64;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_OFFSET64;
import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.TLS_THREAD_POINTER_OFFSET64;

import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Grants requests for GOT entries, stubs and TLS entries. */
final class AArch64Lowering {
    private final LinkGraph graph;
    private final Reach reach;
    private final GotBuilder got;
    private final Stubs stubs;
    private final Map<Symbol, Symbol> tlsPairs = new HashMap<>();
    private final Map<Symbol, Symbol> tlsInitialExec = new HashMap<>();
    private final Map<Symbol, Symbol> tlsDescriptors = new HashMap<>();

    AArch64Lowering(LinkGraph graph, Reach reach) {
        this.graph = graph;
        this.reach = reach;
        this.got = new GotBuilder(graph, POINTER64, AArch64Code.JUMP_THROUGH_SLOT);
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
        Symbol target = edge.target();
        switch (kind.entry()) {
            case GOT -> edge.become(kind.granted(), got.pointerTo(target));
            case TLS_PAIR ->
                    edge.become(kind.granted(), tlsPairs.computeIfAbsent(target, this::newTlsPair));
            case TLS_INITIAL_EXEC ->
                    edge.become(
                            kind.granted(),
                            tlsInitialExec.computeIfAbsent(
                                    target, t -> newTlsEntry(t, 8, TLS_THREAD_POINTER_OFFSET64)));
            case TLS_DESCRIPTOR ->
                    edge.become(
                            kind.granted(),
                            tlsDescriptors.computeIfAbsent(
                                    target, t -> newTlsEntry(t, 16, TLS_DESCRIPTOR)));
            case STUB -> lowerBranch(block, edge, kind);
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

    private Symbol newTlsPair(Symbol target) {
        Symbol entry = newTlsEntry(target, 16, TLS_MODULE64);
        entry.block().addEdge(TLS_OFFSET64, Long.BYTES, target, 0);
        return entry;
    }

    private Symbol newTlsEntry(Symbol target, int sizeBytes, AArch64EdgeKind kind) {
        Symbol entry = got.newEntry(sizeBytes);
        entry.block().addEdge(kind, 0, target, 0);
        return entry;
    }
}
