package dev.orcinus.loader.pass;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/**
 * A pass that defines the symbols by which an object format names the bounds of a section. Such a
 * symbol is defined if the object refers to it, and it names the bounds of the section in that
 * object only: the loader does not join the sections of several objects, as a static linker does.
 * All blocks of the section are kept then.
 */
public final class SectionBounds {
    private SectionBounds() {}

    /**
     * One end of a section.
     *
     * @param section the section's name
     * @param atEnd whether it is the section's end, and not its start
     */
    public record Bound(String section, boolean atEnd) {}

    /**
     * Defines the bounds that the graph refers to.
     *
     * @param bounds returns the bound that a symbol's name stands for, or null
     */
    public static void define(LinkGraph graph, Function<String, Bound> bounds) {
        for (Symbol symbol : List.copyOf(graph.externals())) {
            Bound bound = bounds.apply(symbol.name());
            if (bound != null) {
                define(graph, symbol, bound);
            }
        }
    }

    private static void define(LinkGraph graph, Symbol symbol, Bound bound) {
        for (Section.Use use : Section.Use.values()) {
            Section section = graph.find(bound.section, use);
            if (section != null && !section.blocks().isEmpty()) {
                graph.retained().addAll(section.blocks());
                graph.defineExternal(symbol, mark(section, bound.atEnd), 0);
                symbol.as(Linkage.STRONG, Scope.LOCAL);
                return;
            }
        }
    }

    /** Adds a block of 0 bytes at a bound, which stays if the first or last block is removed. */
    private static Block mark(Section section, boolean atEnd) {
        List<Block> blocks = section.blocks();
        long alignment = blocks.stream().mapToLong(Block::alignmentBytes).max().orElse(1);
        Block mark = section.newBlock(MemorySegment.NULL, atEnd ? 1 : alignment);
        blocks.add(atEnd ? blocks.size() : 0, mark);
        return mark;
    }
}
