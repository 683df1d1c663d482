package dev.orcinus.loader.format.macho;

import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The functions and variables of Darwin's C library that its headers and compilers use and that
 * other systems do not have. Each is an object of its own.
 */
final class DarwinLibrary {
    private static final String NAME = "(Darwin's C library)";
    private static final String SECTION = "$darwin";

    /** A zero byte ends strings that are copied too far, as in the values of C libraries. */
    private static final byte[] STACK_GUARD = {0, 0x5f, (byte) 0xa3, 0x1c, 0x77, 0x2e, -0x42, 0x69};

    private DarwinLibrary() {}

    /** Returns the object that defines a symbol, or null if there is none. */
    static LinkGraph object(GraphFormat format, String symbol, MachOMachine machine) {
        String cName = format.cNameOf(symbol);
        byte[] data = cName == null ? null : data(cName);
        CodeTemplate code = cName == null || data != null ? null : machine.darwinFunction(cName);
        if (data == null && code == null) {
            return null;
        }
        LinkGraph graph = new LinkGraph(NAME, format, machine.name());
        Block block =
                data == null
                        ? code.addTo(graph, graph.section(SECTION, Section.Use.CODE), List.of())
                        : graph.section(SECTION, Section.Use.CONSTANTS)
                                .addBlock(MemorySegment.ofArray(data).asReadOnly(), Long.BYTES);
        Symbol made = graph.define(symbol, block, 0, block.sizeBytes());
        made.as(Linkage.WEAK, Scope.HIDDEN);
        return graph;
    }

    private static byte[] data(String cName) {
        return switch (cName) {
            case "_DefaultRuneLocale" -> RuneLocale.bytes();
            case "__stack_chk_guard" -> STACK_GUARD;
            default -> null;
        };
    }
}
