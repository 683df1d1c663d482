package dev.orcinus.loader.graph;

/** What an edge wants to know of its target, a thread-local variable. */
public enum TlsUse {
    /** Nothing; it is for targets that are not thread-local. */
    NONE,
    /** Where it is in its block. */
    OFFSET,
    /** The same, for code that takes it to be in the block of its own dylib (local-dynamic). */
    OWN_OFFSET,
    /** Which module its block belongs to. */
    MODULE,
    /** Where it is from the thread pointer, so that its block has to be in static TLS. */
    THREAD_POINTER_OFFSET,
    /** Its TLS descriptor. */
    DESCRIPTOR
}
