package dev.orcinus.loader.link;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a static linker puts into each shared library, made for a dylib when an object asks for it:
 * the handle by which the C library knows at-exit functions, and {@code atexit}, which glibc keeps
 * in a static library. Guarded by the session's lock.
 */
final class DylibSupport implements ObjectSource {
    private static final String DSO_HANDLE = "__dso_handle";
    private static final String AT_EXIT = "atexit";
    private static final Set<String> OFFERED = Set.of(DSO_HANDLE, AT_EXIT);

    private final Architecture architecture;
    private LinkGraph graph;
    private Symbol finalizer;

    DylibSupport(Architecture architecture) {
        this.architecture = architecture;
    }

    @Override
    public Optional<LinkGraph> take(String symbol) {
        if (graph != null || !OFFERED.contains(symbol)) {
            return Optional.empty();
        }
        graph = new LinkGraph("(dylib support)", architecture.name());
        Block handle =
                graph.section(".data", Section.Use.VARIABLES).addZeroFill(Long.BYTES, Long.BYTES);
        Symbol dso = offer(graph.define(DSO_HANDLE, handle, 0, Long.BYTES));
        offer(function(AT_EXIT, architecture.atExit(), dso, "__cxa_atexit"));
        finalizer = function("", architecture.runAtExits(), dso, "__cxa_finalize");
        graph.retained().add(finalizer.block());
        return Optional.of(graph);
    }

    private static Symbol offer(Symbol symbol) {
        return symbol.as(Linkage.WEAK, Scope.HIDDEN);
    }

    private Symbol function(String name, CodeTemplate code, Symbol dso, String called) {
        Block block =
                graph.section(".text", Section.Use.CODE)
                        .addBlock(code.bytes(), code.alignmentBytes());
        code.addEdges(block, List.of(dso, graph.external(called, Linkage.STRONG, false)));
        return graph.define(name, block, 0, block.sizeBytes());
    }

    /** Whether a graph refers to any of this. */
    static boolean isUsedBy(LinkGraph user) {
        return user.externals().stream().anyMatch(symbol -> OFFERED.contains(symbol.name()));
    }

    /**
     * What runs the dylib's at-exit functions; none if no object that is linked has asked for a
     * handle.
     */
    Optional<ExecutorAddress> finalizer(List<Unit> units) {
        for (Unit unit : units) {
            if (unit.graph() == graph && unit.state() == Unit.State.LINKED) {
                return Optional.of(finalizer.address());
            }
        }
        return Optional.empty();
    }
}
