package dev.orcinus.loader.graph;

/**
 * The strength of a definition against others of the same name. Mirrors {@code jitlink::Linkage}.
 */
public enum Linkage {
    /** Only one such definition may exist. */
    STRONG,
    /** A strong or common definition replaces it; of several weak ones, the first counts. */
    WEAK,
    /**
     * A C tentative definition. A strong one replaces it; of several common ones, the largest
     * counts.
     */
    COMMON
}
