package dev.orcinus.loader.arch;

import dev.orcinus.loader.graph.Symbol;

/** Which symbols will lie within reach of a direct reference from anywhere in a graph. */
@FunctionalInterface
public interface Reach {
    /** Whether {@code symbol} will be near. */
    boolean isNear(Symbol symbol);
}
