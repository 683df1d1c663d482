package dev.orcinus.loader.arch;

/** The entries that an edge can request in place of its target. */
public enum EntryKind {
    /** A pointer to the target. */
    GOT,
    /** The number of the target's TLS module, and the target's offset in its block. */
    TLS_PAIR,
    /** The number of the graph's own TLS module, and offset 0. */
    TLS_BLOCK,
    /** The target's offset from the thread pointer. */
    TLS_INITIAL_EXEC,
    /** A TLS descriptor. */
    TLS_DESCRIPTOR,
    /** Code that jumps to the target, if it may be too far away. */
    STUB
}
