package dev.orcinus.loader.arch.aarch64;

/** The formulas of the values that are written, with the names of {@link AArch64EdgeKind}. */
enum Value {
    /** {@code Target + Addend}. */
    ADDRESS,
    /** The low 12 bits of {@code Target + Addend}. */
    PAGE_OFFSET,
    /** {@code Target + Addend - Fixup}. */
    DELTA,
    /** {@code Fixup - Target + Addend}. */
    NEGATIVE_DELTA,
    /** {@code Page(Target + Addend) - Page(Fixup)}. */
    PAGE_DELTA,
    /** {@code Target + Addend - GOT}. */
    FROM_GOT,
    /** {@code Target + Addend - Page(GOT)}. */
    FROM_GOT_PAGE,
    /** {@code Destination - Fixup}, or {@code Stub - Fixup}. */
    STUB_DELTA,
    /** The number of a TLS module. */
    TLS_MODULE,
    /** The offset in a TLS block. */
    TLS_OFFSET,
    /** The offset from the thread pointer. */
    THREAD_POINTER_OFFSET,
    /** The low 12 bits of the offset from the thread pointer. */
    THREAD_POINTER_PAGE_OFFSET,
    /** A TLS descriptor. */
    TLS_DESCRIPTOR
}
