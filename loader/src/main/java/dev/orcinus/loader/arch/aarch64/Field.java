package dev.orcinus.loader.arch.aarch64;

/**
 * Where a value goes, and which values fit there.
 *
 * @param form the bits
 * @param shift how many low bits of the value they leave out
 * @param alignmentBytes what the value has to be a multiple of
 * @param low the least value that fits
 * @param high the greatest one
 */
record Field(Form form, int shift, long alignmentBytes, long low, long high) {
    private static final int PAGE_SHIFT = 12;

    /** Any value fits. */
    static Field any(Form form, int shift) {
        return new Field(form, shift, 1, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** A value of {@code bits}, the highest of which is its sign, fits. */
    static Field signed(Form form, int shift, int bits) {
        return new Field(form, shift, 1, -(1L << (bits - 1)), (1L << (bits - 1)) - 1);
    }

    /** A value of {@code bits}, none of which is a sign, fits. */
    static Field unsigned(Form form, int shift, int bits) {
        return new Field(form, shift, 1, 0, (1L << bits) - 1);
    }

    /** A value of {@code bits} fits, with or without a sign. */
    static Field either(Form form, int bits) {
        return new Field(form, 0, 1, -(1L << (bits - 1)), (1L << bits) - 1);
    }

    /** The distance of an instruction, which {@code form} has room for. */
    static Field instructions(Form form, int bits) {
        return signed(form, 2, bits).aligned(2);
    }

    /** A page's distance. */
    static Field page() {
        return signed(Form.ADRP, PAGE_SHIFT, 33);
    }

    /** The bits of an offset in a page, in units of {@code 1 << shift}. */
    static Field pageOffset(Form form, int shift) {
        return any(form, shift).aligned(shift);
    }

    /** An offset in a page, in units of {@code 1 << shift}. */
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
     * The addend that an instruction holds. That of {@code adrp} and {@code movz} counts bytes,
     * like that of the instruction that adds the lower bits (AAELF64, 5.7.2).
     */
    long addend(int instruction) {
        long field = form.decode(instruction);
        return alignmentBytes == 1 ? field : field << shift;
    }
}
