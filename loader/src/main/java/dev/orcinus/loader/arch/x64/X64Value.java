package dev.orcinus.loader.arch.x64;

/** The formulas of the values that are written, with the names of {@link X64EdgeKind}. */
enum X64Value {
    /** {@code Target + Addend}. */
    ADDRESS,
    /** {@code Target - Fixup + Addend}. */
    DELTA,
    /** {@code Fixup - Target + Addend}. */
    NEGATIVE_DELTA,
    /**
     * {@code Target - Fixup + Addend}, for a displacement that moves one byte towards the start.
     */
    DELTA_OF_JUMP,
    /** {@code Size of Target + Addend}. */
    SIZE,
    /** {@code Target - GOT + Addend}. */
    FROM_GOT,
    /** The number of a TLS module. */
    TLS_MODULE,
    /** The offset in a TLS block. */
    TLS_OFFSET,
    /** The offset in the graph's own TLS block. */
    OWN_TLS_OFFSET,
    /** The offset from the thread pointer. */
    THREAD_POINTER_OFFSET,
    /** A TLS descriptor. */
    TLS_DESCRIPTOR
}
