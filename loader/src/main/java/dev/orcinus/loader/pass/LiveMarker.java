package dev.orcinus.loader.pass;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds out what of a graph is needed. Works step by step: each call marks what one more need
 * brings along, and answers which external symbols are new among it.
 */
public final class LiveMarker {
    private final LinkGraph graph;
    private final Deque<Block> pending = new ArrayDeque<>();

    /** Nothing is needed yet. */
    public LiveMarker(LinkGraph graph) {
        this.graph = graph;
    }

    /** What is needed in any case: initializers, and blocks that the object has marked so. */
    public List<Symbol> markRoots() {
        graph.retained().forEach(this::mark);
        graph.initializers().forEach(initializer -> mark(initializer.block()));
        return drain();
    }

    /** A symbol is needed. */
    public List<Symbol> mark(Symbol symbol) {
        List<Symbol> found = new ArrayList<>();
        reach(symbol, found);
        found.addAll(drain());
        return found;
    }

    private void mark(Block block) {
        if (!block.isLive()) {
            block.setLive(true);
            pending.add(block);
        }
    }

    private List<Symbol> drain() {
        List<Symbol> found = new ArrayList<>();
        for (Block block = pending.poll(); block != null; block = pending.poll()) {
            for (Edge edge : block.edges()) {
                reach(edge.target(), found);
            }
        }
        return found;
    }

    private void reach(Symbol symbol, List<Symbol> found) {
        if (symbol.isDefined()) {
            symbol.setLive(true);
            mark(symbol.block());
        } else if (!symbol.isLive()) {
            symbol.setLive(true);
            if (symbol.isExternal()) {
                found.add(symbol);
            }
        }
    }
}
