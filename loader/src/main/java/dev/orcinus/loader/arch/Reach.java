package dev.orcinus.loader.arch;

import dev.orcinus.loader.graph.Symbol;

/** The symbols that will lie within reach of a direct reference from every place in a graph. */
@FunctionalInterface
public interface Reach {
    /** Returns whether {@code symbol} will be near. */
    boolean isNear(Symbol symbol);
}
