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
 * A marker of the blocks and symbols of a graph that are needed. Each call marks everything that
 * one more symbol needs, and returns the external symbols that are newly marked.
 */
public final class LiveMarker {
    private final LinkGraph graph;
    private final Deque<Block> pending = new ArrayDeque<>();

    /** Makes a marker that has marked nothing. */
    public LiveMarker(LinkGraph graph) {
        this.graph = graph;
    }

    /**
     * Marks everything that is always needed: initializers and retained blocks.
     *
     * @return the external symbols that are newly marked
     */
    public List<Symbol> markRoots() {
        graph.retained().forEach(this::mark);
        graph.initializers().forEach(initializer -> mark(initializer.block()));
        return drain();
    }

    /**
     * Marks a symbol and everything that it needs.
     *
     * @return the external symbols that are newly marked
     */
    public List<Symbol> mark(Symbol symbol) {
        if (symbol.isLive() && symbol.isDefined() && symbol.block().isLive()) {
            return List.of();
        }
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
