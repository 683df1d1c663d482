package dev.orcinus.loader.graph;

/** The value that an edge needs of its target, a thread-local variable. */
public enum TlsUse {
    /** Nothing, because the edge is for targets that are not thread-local. */
    NONE,
    /** The variable's offset in its block. */
    OFFSET,
    /**
     * The same, for code that requires the variable to be in the block of its own dylib
     * (local-dynamic).
     */
    OWN_OFFSET,
    /** The module of the variable's block. */
    MODULE,
    /** The variable's offset from the thread pointer. Its block must be in static TLS. */
    THREAD_POINTER_OFFSET,
    /** The variable's TLS descriptor. */
    DESCRIPTOR
}
