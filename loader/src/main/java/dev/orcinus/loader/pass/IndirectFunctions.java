package dev.orcinus.loader.pass;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.List;

/**
 * A pass that turns each indirect function, whose symbol names a resolver, into a stub that jumps
 * through a slot. A finalize action calls the resolver and fills the slot.
 */
public final class IndirectFunctions {
    private static final String SLOTS = "$ifunc.slots";
    private static final String STUBS = "$ifunc.stubs";

    private IndirectFunctions() {}

    /** Adds stubs for the graph's indirect functions. */
    public static void addStubs(LinkGraph graph, Architecture architecture) {
        for (Symbol function : graph.indirect()) {
            Symbol resolver =
                    graph.define("", function.block(), function.offset(), function.sizeBytes());
            Symbol slot =
                    graph.anonymous(
                            graph.section(SLOTS, Section.Use.VARIABLES)
                                    .addZeroFill(Long.BYTES, Long.BYTES));
            Block stub = code(graph, architecture.jumpThroughSlot(), List.of(slot));
            Symbol action =
                    graph.anonymous(
                            code(graph, architecture.resolveIndirect(), List.of(resolver, slot)));
            stub.addEdge(EdgeKind.KEEP_ALIVE, 0, action, 0);
            function.moveTo(stub);
            graph.finalizeActions().add(action);
        }
    }

    private static Block code(LinkGraph graph, CodeTemplate template, List<Symbol> targets) {
        return template.addTo(graph, graph.section(STUBS, Section.Use.CODE), targets);
    }
}
