package dev.orcinus.loader.arch.aarch64;

/**
 * The bits of data or of an instruction that hold a value (Arm Architecture Reference Manual, C4.1
 * "A64 instruction set encoding"). An instruction has a form if its bits under {@code mask} are
 * equal to {@code opcode}.
 */
enum Form {
    /** Two words of data. */
    WORDS(16),
    /** A word of data. */
    DATA64(8),
    /** Half a word of data. */
    DATA32(4),
    /** A quarter of a word of data. */
    DATA16(2),
    /** {@code movn}, {@code movz}, {@code movk}: imm16 at bit 5. */
    MOVE(0x1f80_0000, 0x1280_0000, 5, 16),
    /** As {@link #MOVE}; but the value's sign decides between {@code movn} and {@code movz}. */
    MOVE_SIGNED(0x1f80_0000, 0x1280_0000, 5, 16),
    /** {@code adr}: immlo at bit 29, immhi at bit 5. */
    ADR(0x9f00_0000, 0x1000_0000, 5, 21),
    /** {@code adrp}: the same bits as {@code adr}. */
    ADRP(0x9f00_0000, 0x9000_0000, 5, 21),
    /** {@code ldr}, {@code ldrsw}, {@code prfm} of a literal: imm19 at bit 5. */
    LITERAL(0x3b00_0000, 0x1800_0000, 5, 19),
    /** {@code add}, {@code sub} of an immediate: imm12 at bit 10. */
    ADD(0x1f00_0000, 0x1100_0000, 10, 12),
    /** Loads and stores with an unsigned offset: imm12 at bit 10, in units of their size. */
    LOAD_STORE(0x3b00_0000, 0x3900_0000, 10, 12),
    /** A load that becomes {@code add Xd, Xn, #imm12}. */
    LOAD_TO_ADD(0x3b00_0000, 0x3900_0000, 10, 12),
    /** {@code tbz}, {@code tbnz}: imm14 at bit 5. */
    TEST_BRANCH(0x7e00_0000, 0x3600_0000, 5, 14),
    /** {@code b.cond}, {@code cbz}, {@code cbnz}: imm19 at bit 5. */
    CONDITIONAL_BRANCH(0, 0, 5, 19),
    /** {@code b}, {@code bl}: imm26 at bit 0. */
    BRANCH(0x7c00_0000, 0x1400_0000, 0, 26);

    private static final int REGISTERS = 0x3ff;
    private static final int ADD_64 = 0x9100_0000;
    private static final int IS_MOVK = 1 << 29;
    private static final int IS_MOVZ = 1 << 30;

    private final int sizeBytes;
    private final int mask;
    private final int opcode;
    private final int position;
    private final int width;

    Form(int dataBytes) {
        this.sizeBytes = dataBytes;
        this.mask = 0;
        this.opcode = 0;
        this.position = 0;
        this.width = 0;
    }

    Form(int mask, int opcode, int position, int width) {
        this.sizeBytes = Integer.BYTES;
        this.mask = mask;
        this.opcode = opcode;
        this.position = position;
        this.width = width;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    boolean isInstruction() {
        return width != 0;
    }

    /**
     * Returns whether an instruction has this form, with a value in units of {@code 1 << shift}.
     */
    boolean matches(int instruction, int shift) {
        if ((instruction & mask) != opcode) {
            return false;
        }
        return switch (this) {
            case CONDITIONAL_BRANCH ->
                    (instruction & 0xff00_0000) == 0x5400_0000
                            || (instruction & 0x7e00_0000) == 0x3400_0000;
            case MOVE, MOVE_SIGNED -> ((instruction >>> 21) & 3) * 16 == shift;
            case LOAD_STORE, LOAD_TO_ADD -> sizeShift(instruction) == shift;
            case WORDS, DATA64, DATA32, DATA16, ADR, ADRP, LITERAL, ADD, TEST_BRANCH, BRANCH ->
                    true;
        };
    }

    /** Returns the binary logarithm of the number of bytes that a load or store moves. */
    private static int sizeShift(int instruction) {
        int size = instruction >>> 30;
        boolean isWholeVector = (instruction & 0x0480_0000) == 0x0480_0000;
        return size == 0 && isWholeVector ? 4 : size;
    }

    /** Returns the instruction with the lowest bits of {@code field} written into it. */
    int encode(int instruction, long field) {
        return switch (this) {
            case ADR, ADRP -> (instruction & ~adrBits(-1)) | adrBits((int) field);
            case LOAD_TO_ADD -> ADD_64 | (instruction & REGISTERS) | bits(field);
            case MOVE_SIGNED -> encodeSigned(instruction, field);
            case MOVE, LITERAL, ADD, LOAD_STORE, TEST_BRANCH, CONDITIONAL_BRANCH, BRANCH ->
                    (instruction & ~bits(-1)) | bits(field);
            case WORDS, DATA64, DATA32, DATA16 -> throw new AssertionError(this);
        };
    }

    private int bits(long field) {
        return (int) (field & ((1L << width) - 1)) << position;
    }

    private int adrBits(int field) {
        return ((field & 3) << 29) | (((field >>> 2) & 0x7_ffff) << position);
    }

    private int encodeSigned(int instruction, long field) {
        int rest = instruction & ~bits(-1);
        if ((instruction & IS_MOVK) != 0) {
            return rest | bits(field);
        }
        return field < 0 ? (rest & ~IS_MOVZ) | bits(~field) : rest | IS_MOVZ | bits(field);
    }

    /** Returns the signed value in an instruction's field. */
    long decode(int instruction) {
        long field =
                this == ADR || this == ADRP
                        ? ((instruction >>> 29) & 3)
                                | (((instruction >>> position) & 0x7_ffff) << 2)
                        : instruction >>> position;
        return (field << (Long.SIZE - width)) >> (Long.SIZE - width);
    }
}
