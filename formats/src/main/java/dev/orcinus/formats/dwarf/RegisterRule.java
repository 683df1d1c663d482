package dev.orcinus.formats.dwarf;

/** Where the caller's value of a register is. Source: DWARF 5, 6.4.1 "Register rules". */
public sealed interface RegisterRule {
    /** The value is lost. A frame without a return address has no caller. */
    record Undefined() implements RegisterRule {}

    /** The register still has it. */
    record Same() implements RegisterRule {}

    /**
     * It is in memory, at a distance from the canonical frame address.
     *
     * @param offset the distance
     */
    record Saved(long offset) implements RegisterRule {}

    /**
     * It is the canonical frame address plus an offset.
     *
     * @param offset the offset
     */
    record FrameAddress(long offset) implements RegisterRule {}

    /**
     * Another register has it.
     *
     * @param register the number of that register
     */
    record Other(int register) implements RegisterRule {}

    /**
     * It is in memory at the address that an expression computes.
     *
     * @param expression the expression, which finds the canonical frame address on its stack
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record SavedAt(byte[] expression) implements RegisterRule {}

    /**
     * An expression computes it.
     *
     * @param expression the expression, which finds the canonical frame address on its stack
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Computed(byte[] expression) implements RegisterRule {}
}
