package dev.orcinus.loader.arch.aarch64;

/**
 * A field that a value is written into, and the range of values that fit.
 *
 * @param form the bits that hold the value
 * @param shift the number of low bits of the value that are not stored
 * @param alignmentBytes the value must be a multiple of this
 * @param low the least value that fits
 * @param high the greatest value that fits
 */
record Field(Form form, int shift, long alignmentBytes, long low, long high) {
    private static final int PAGE_SHIFT = 12;

    /** Returns a field that any value fits. */
    static Field any(Form form, int shift) {
        return new Field(form, shift, 1, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Returns a field for a signed value of {@code bits}. */
    static Field signed(Form form, int shift, int bits) {
        return new Field(form, shift, 1, -(1L << (bits - 1)), (1L << (bits - 1)) - 1);
    }

    /** Returns a field for an unsigned value of {@code bits}. */
    static Field unsigned(Form form, int shift, int bits) {
        return new Field(form, shift, 1, 0, (1L << bits) - 1);
    }

    /** Returns a field for a value of {@code bits} with or without a sign. */
    static Field either(Form form, int bits) {
        return new Field(form, 0, 1, -(1L << (bits - 1)), (1L << bits) - 1);
    }

    /** Returns a field for the distance to an instruction, a signed value of {@code bits}. */
    static Field instructions(Form form, int bits) {
        return signed(form, 2, bits).aligned(2);
    }

    /** Returns a field for the distance to a page. */
    static Field page() {
        return signed(Form.ADRP, PAGE_SHIFT, 33);
    }

    /** Returns a field for the low 12 bits of an address, in units of {@code 1 << shift}. */
    static Field pageOffset(Form form, int shift) {
        return any(form, shift).aligned(shift);
    }

    /** Returns a field for an offset below 4096, in units of {@code 1 << shift}. */
    static Field smallOffset(Form form, int shift) {
        return unsigned(form, shift, PAGE_SHIFT).aligned(shift);
    }

    private Field aligned(int byShift) {
        return new Field(form, shift, 1L << byShift, low, high);
    }

    boolean isInRange(long value) {
        return value >= low && value <= high;
    }

    boolean isAligned(long value) {
        return (value & (alignmentBytes - 1)) == 0;
    }

    boolean matches(int instruction) {
        return form.matches(instruction, shift);
    }

    int encode(int instruction, long value) {
        return form.encode(instruction, value >> shift);
    }

    /**
     * Returns the addend that an instruction holds. The addend of {@code adrp} and {@code movz}
     * counts bytes, like the addend of the instruction that adds the lower bits (AAELF64, 5.7.2).
     */
    long addend(int instruction) {
        long field = form.decode(instruction);
        return alignmentBytes == 1 ? field : field << shift;
    }
}
