package dev.orcinus.formats.dwarf;

/** Where the caller's value of a register is. Source: DWARF 5, 6.4.1 "Register rules". */
sealed interface RegisterRule {
    /** The value is lost. A frame without a return address has no caller. */
    record Undefined() implements RegisterRule {}

    /** The register still has it. */
    record Same() implements RegisterRule {}

    /** It is in memory, at a distance from the canonical frame address. */
    record Saved(long offset) implements RegisterRule {}

    /** It is the canonical frame address plus an offset. */
    record FrameAddress(long offset) implements RegisterRule {}

    /** Another register has it. */
    record Other(int register) implements RegisterRule {}

    /** It is in memory at the address that an expression computes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record SavedAt(byte[] expression) implements RegisterRule {}

    /** An expression computes it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Computed(byte[] expression) implements RegisterRule {}
}
