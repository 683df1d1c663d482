package dev.orcinus.loader.graph;

/** Who may refer to a symbol by name. Mirrors {@code jitlink::Scope}. */
public enum Scope {
    /** Everybody. */
    DEFAULT,
    /** The objects of the same dylib. */
    HIDDEN,
    /** Its own object. */
    LOCAL
}
