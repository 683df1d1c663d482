package dev.orcinus.loader.arch.aarch64;

/** What an edge can ask for. */
enum Entry {
    /** A pointer to the target. */
    GOT,
    /** A TLS module and an offset in its block. */
    TLS_PAIR,
    /** An offset from the thread pointer. */
    TLS_INITIAL_EXEC,
    /** A TLS descriptor. */
    TLS_DESCRIPTOR,
    /** Code that jumps to the target, if it may be too far away. */
    STUB
}
