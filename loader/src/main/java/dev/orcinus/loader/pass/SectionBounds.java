package dev.orcinus.loader.pass;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A pass that defines the symbols by which an object format names the bounds of a section, or of a
 * group of sections. Such a symbol is defined if the object refers to it, and it names the bounds
 * in that object only: the loader does not join the sections of several objects, as a static linker
 * does. All blocks of the sections are kept then.
 */
public final class SectionBounds {
    private SectionBounds() {}

    /**
     * One end of a section, or of a group of sections.
     *
     * @param isOf tells by its name whether a section belongs to it
     * @param atEnd whether it is the end, and not the start
     * @param empty the name of an empty section to be made if there is none, or null if the symbol
     *     stays undefined then
     */
    public record Bound(Predicate<String> isOf, boolean atEnd, String empty) {
        /** Returns the bound of one section, which is undefined if there is none. */
        public static Bound of(String section, boolean atEnd) {
            return new Bound(section::equals, atEnd, null);
        }
    }

    /**
     * Defines the bounds that the graph refers to.
     *
     * @param bounds returns the bound that a symbol's name stands for, or null
     * @throws UnsupportedObjectException if the sections of a group have different uses, so that
     *     they do not lie in one place
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
        List<Section> sections = sections(graph, symbol, bound);
        if (sections.isEmpty()) {
            return;
        }
        sections.forEach(section -> graph.retained().addAll(section.blocks()));
        Section outermost = bound.atEnd ? sections.getLast() : sections.getFirst();
        graph.defineExternal(symbol, mark(outermost, bound.atEnd), 0);
        symbol.as(Linkage.STRONG, Scope.LOCAL);
    }

    /** Returns the sections of a bound, in the order in which they will lie in memory. */
    private static List<Section> sections(LinkGraph graph, Symbol symbol, Bound bound) {
        List<Section> found = new ArrayList<>();
        for (Section.Use use : Section.Use.values()) {
            // of two sections of one name, the first one counts
            List<Section> ofUse = new ArrayList<>(graph.sections(use));
            ofUse.removeIf(s -> s.blocks().isEmpty() || !bound.isOf.test(s.name()));
            if (!found.isEmpty() && !ofUse.isEmpty() && bound.empty == null) {
                return found;
            }
            found.addAll(ofUse);
        }
        if (found.isEmpty() && bound.empty != null) {
            found.add(graph.section(bound.empty, Section.Use.VARIABLES));
        }
        requireOneUse(graph, symbol, found);
        return found;
    }

    private static void requireOneUse(LinkGraph graph, Symbol symbol, List<Section> sections) {
        for (Section section : sections) {
            if (section.use() != sections.getFirst().use()) {
                throw new UnsupportedObjectException(
                        graph.name(),
                        "'%s' is a bound of sections that do not lie side by side: %s and %s"
                                .formatted(
                                        symbol.name(), sections.getFirst().name(), section.name()));
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
