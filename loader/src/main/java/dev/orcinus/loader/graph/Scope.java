package dev.orcinus.loader.graph;

/** The objects that may refer to a symbol by name. Mirrors {@code jitlink::Scope}. */
public enum Scope {
    /** All objects. */
    DEFAULT,
    /** All objects. A loaded library's definition of the name is another symbol (ELF). */
    PROTECTED,
    /** The objects of the same dylib. */
    HIDDEN,
    /** The symbol's own object only. */
    LOCAL
}
