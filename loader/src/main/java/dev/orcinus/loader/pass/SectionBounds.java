package dev.orcinus.loader.pass;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Defines {@code __start_X} and {@code __stop_X}, where they are referred to, as the bounds of
 * section X in the object that refers to them: objects are placed one by one, so the parts of a
 * section in several objects are no neighbours, as a static linker would make them. All of the
 * section is kept then, as with GNU ld's {@code -z nostart-stop-gc}.
 */
public final class SectionBounds {
    private static final String START = "__start_";
    private static final String STOP = "__stop_";

    private SectionBounds() {}

    /** Defines the bounds that the graph refers to. */
    public static void define(LinkGraph graph) {
        for (Symbol symbol : List.copyOf(graph.externals())) {
            if (symbol.name().startsWith(START)) {
                define(graph, symbol, symbol.name().substring(START.length()), false);
            } else if (symbol.name().startsWith(STOP)) {
                define(graph, symbol, symbol.name().substring(STOP.length()), true);
            }
        }
    }

    private static void define(LinkGraph graph, Symbol symbol, String name, boolean atEnd) {
        for (Section.Use use : Section.Use.values()) {
            Section section = graph.find(name, use);
            if (section != null && !section.blocks().isEmpty()) {
                graph.retained().addAll(section.blocks());
                graph.defineExternal(symbol, mark(section, atEnd), 0);
                symbol.as(Linkage.STRONG, Scope.LOCAL);
                return;
            }
        }
    }

    /** A block without a byte, so that the bound stays one if the first or last block goes. */
    private static Block mark(Section section, boolean atEnd) {
        List<Block> blocks = section.blocks();
        long alignment = blocks.stream().mapToLong(Block::alignmentBytes).max().orElse(1);
        Block mark = section.newBlock(MemorySegment.NULL, atEnd ? 1 : alignment);
        blocks.add(atEnd ? blocks.size() : 0, mark);
        return mark;
    }
}
