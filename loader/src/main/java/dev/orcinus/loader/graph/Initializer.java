package dev.orcinus.loader.graph;

import dev.orcinus.runtime.dylib.FunctionSection;

/**
 * A block of pointers to functions that are called when a dylib is opened or closed.
 *
 * @param kind when they are called, and in which order
 * @param block the pointers
 * @param isInObjectOrder whether finalizers of equal rank run in the order of the objects, too,
 *     instead of the reverse order
 */
public record Initializer(FunctionSection.Kind kind, Block block, boolean isInObjectOrder) {
    /** Makes a block whose finalizers run in the reverse order of the objects. */
    public Initializer(FunctionSection.Kind kind, Block block) {
        this(kind, block, false);
    }
}
