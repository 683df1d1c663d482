package dev.orcinus.loader.graph;

/** How a definition competes with others of the same name. Mirrors {@code jitlink::Linkage}. */
public enum Linkage {
    /** There may be one. */
    STRONG,
    /** The first one counts, and a strong one before it. */
    WEAK,
    /** As {@link #WEAK}, but of several the largest counts: a C tentative definition. */
    COMMON
}
