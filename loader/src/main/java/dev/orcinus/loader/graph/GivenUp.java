package dev.orcinus.loader.graph;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The definitions and blocks that a graph has given up for those of another graph. It takes them
 * back if the other graph is removed before this one is linked.
 */
final class GivenUp {
    private final List<Symbol.Own> definitions = new ArrayList<>();
    private List<String> linkedNames = List.of();
    private List<Block> discarded = List.of();
    private Roots roots;

    /** The roots of a graph with those in discarded blocks. */
    private record Roots(List<Block> retained, List<Initializer> initializers) {}

    /** Notes the definition that a symbol has lost. */
    void add(Symbol.Own own) {
        definitions.add(own);
    }

    /** Gives symbols their definitions again, and returns the symbols. */
    List<Symbol> restore(Predicate<String> names) {
        List<Symbol> restored = new ArrayList<>();
        for (Iterator<Symbol.Own> all = definitions.iterator(); all.hasNext(); ) {
            Symbol.Own own = all.next();
            if (names.test(own.symbol().name())) {
                own.symbol().restore(own);
                restored.add(own.symbol());
                all.remove();
            }
        }
        return restored;
    }

    /** Removes the roots in blocks, after it has restored those of the call before. */
    void discard(List<Block> blocks, List<Block> retained, List<Initializer> initializers) {
        discarded.forEach(block -> block.setDiscarded(false));
        discarded = blocks;
        discarded.forEach(block -> block.setDiscarded(true));
        if (roots != null) {
            retained.clear();
            retained.addAll(roots.retained);
            initializers.clear();
            initializers.addAll(roots.initializers);
            roots = null;
        }
        if (!blocks.isEmpty()) {
            roots = new Roots(List.copyOf(retained), List.copyOf(initializers));
            retained.removeIf(Block::isDiscarded);
            initializers.removeIf(i -> i.block().isDiscarded());
        }
    }

    /** Returns the names of the symbols that have lost their definitions. */
    List<String> names() {
        List<String> names = new ArrayList<>(linkedNames);
        definitions.forEach(own -> names.add(own.symbol().name()));
        return names;
    }

    /** Forgets everything but the names: the graph is linked. */
    void end() {
        linkedNames = names();
        definitions.clear();
        discarded = List.of();
        roots = null;
    }
}
