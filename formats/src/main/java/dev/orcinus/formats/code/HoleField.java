package dev.orcinus.formats.code;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The bits of an instruction that a hole has, and their meaning. The value of a field that refers
 * to another place is that place, counted from the start of the listing.
 */
public enum HoleField {
    /** x86-64: {@code Value : int32 or uint32}. */
    IMM32(InstructionSet.X86_64, 4),
    /** x86-64: {@code Value : uint64}. */
    IMM64(InstructionSet.X86_64, 8),
    /** x86-64: {@code Place - End of instruction : int32}. */
    REL32(InstructionSet.X86_64, 4),
    /** x86-64: the same, in a call or a jump, which a linker may redirect through a stub. */
    BRANCH32(InstructionSet.X86_64, 4),
    /** AArch64, a word of data: {@code Value : uint64}. */
    WORD64(InstructionSet.AARCH64, 8),
    /** AArch64, {@code movz}: {@code Value : uint16}, bits 5 to 20. */
    MOVE16(InstructionSet.AARCH64, 4),
    /** AArch64, {@code adr}: {@code Place - Instruction : int21}. */
    ADR21(InstructionSet.AARCH64, 4),
    /** AArch64, a load relative to itself: {@code (Place - Instruction) / 4 : int19}. */
    LITERAL19(InstructionSet.AARCH64, 4),
    /** AArch64, {@code b} and {@code bl}: {@code (Place - Instruction) / 4 : int26}. */
    BRANCH26(InstructionSet.AARCH64, 4),
    /** AArch64, {@code adrp}: the page of an address, which only a linker knows. */
    PAGE21(InstructionSet.AARCH64, 4),
    /** AArch64, {@code add}: the rest of such an address. */
    ADD12(InstructionSet.AARCH64, 4),
    /** AArch64, a load or store of 64 bits: the rest of such an address. */
    ACCESS12(InstructionSet.AARCH64, 4);

    private final InstructionSet processor;
    private final int sizeBytes;

    HoleField(InstructionSet processor, int sizeBytes) {
        this.processor = processor;
        this.sizeBytes = sizeBytes;
    }

    /** Returns the field that a listing names. */
    static HoleField named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    InstructionSet processor() {
        return processor;
    }

    /** Returns how many bytes the field touches. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * Writes a value.
     *
     * @param code the listing's bytes, little-endian, with zeros in the field
     * @throws IllegalArgumentException if the value does not fit
     */
    void put(ByteBuffer code, Hole hole, long value) {
        switch (this) {
            case IMM32 -> code.putInt(hole.offset(), fitting(value, -1L << 31, 1L << 32));
            case IMM64, WORD64 -> code.putLong(hole.offset(), value);
            case REL32, BRANCH32 -> {
                long distance = value - hole.end();
                code.putInt(hole.offset(), fitting(distance, -1L << 31, 1L << 31));
            }
            case MOVE16 -> or(code, hole, fitting(value, 0, 1 << 16) << 5);
            case ADR21 -> {
                int distance = fitting(value - hole.start(), -1 << 20, 1 << 20);
                or(code, hole, (distance & 3) << 29 | (distance >> 2 & 0x7_ffff) << 5);
            }
            case LITERAL19 -> or(code, hole, (words(hole, value, 18) & 0x7_ffff) << 5);
            case BRANCH26 -> or(code, hole, words(hole, value, 25) & 0x3ff_ffff);
            case PAGE21, ADD12, ACCESS12 ->
                    throw new IllegalArgumentException(hole + " is for a linker to fill");
        }
    }

    private static void or(ByteBuffer code, Hole hole, int bits) {
        code.putInt(hole.offset(), code.getInt(hole.offset()) | bits);
    }

    private static int words(Hole hole, long place, int bits) {
        long distance = place - hole.start();
        if (distance % Integer.BYTES != 0) {
            throw new IllegalArgumentException(distance + " bytes are no number of instructions");
        }
        return fitting(distance / Integer.BYTES, -1L << bits, 1L << bits);
    }

    private static int fitting(long value, long least, long limit) {
        if (value < least || value >= limit) {
            throw new IllegalArgumentException(
                    "0x%x does not fit between 0x%x and 0x%x".formatted(value, least, limit - 1));
        }
        return (int) value;
    }
}
