package dev.orcinus.loader.graph;

import dev.orcinus.runtime.dylib.FunctionSection;

/**
 * A block of pointers to functions that are called when a dylib is opened or closed.
 *
 * @param kind when they are called, and in which order
 * @param block the pointers
 */
public record Initializer(FunctionSection.Kind kind, Block block) {}
