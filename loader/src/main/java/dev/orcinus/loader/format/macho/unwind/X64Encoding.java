package dev.orcinus.loader.format.macho.unwind;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.orcinus.loader.format.macho.unwind.Frame.Saved;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The compact unwind encodings of x86-64 ({@code <mach-o/compact_unwind_encoding.h>}). */
final class X64Encoding implements Encoding {
    private static final int RBP_FRAME = 0x0100_0000;
    private static final int STACK_IMMEDIATE = 0x0200_0000;
    private static final int STACK_INDIRECT = 0x0300_0000;
    private static final int DWARF = 0x0400_0000;

    private static final int RBP = 6;
    private static final int RSP = 7;
    private static final int RETURN_ADDRESS = 16;

    /** The registers by their numbers in encodings; 0 stands for none. */
    private static final int[] REGISTERS = {-1, 3, 12, 13, 14, 15, RBP};

    private static final int LAST_REGISTER = 6;
    private static final int RBP_FRAME_PLACES = 5;

    @Override
    public Frame entry() {
        return new Frame(RSP, Long.BYTES, List.of(new Saved(RETURN_ADDRESS, 1)));
    }

    @Override
    public int returnColumn() {
        return RETURN_ADDRESS;
    }

    @Override
    public Frame frame(int encoding, MemorySegment function) throws BadEncodingException {
        return switch (encoding & MODE) {
            case 0, DWARF -> null;
            case RBP_FRAME -> rbpFrame(encoding);
            case STACK_IMMEDIATE -> frameless(encoding, ((encoding >>> 16) & 0xff) * 8L);
            case STACK_INDIRECT -> frameless(encoding, stackBytes(encoding, function));
            default -> throw new BadEncodingException(encoding, "whose mode is unknown");
        };
    }

    /**
     * Returns a frame that rbp points to. Other registers are saved at successive words, the first
     * of which is at a distance below rbp.
     */
    private static Frame rbpFrame(int encoding) throws BadEncodingException {
        List<Saved> saved = new ArrayList<>();
        saved.add(new Saved(RBP, 2));
        int distance = (encoding >>> 16) & 0xff;
        for (int place = 0; place < RBP_FRAME_PLACES; place++) {
            int register = (encoding >>> (3 * place)) & 7;
            if (register != 0) {
                requireSaved(encoding, register < RBP && place < distance);
                saved.add(new Saved(REGISTERS[register], distance - place + 2L));
            }
        }
        return new Frame(RBP, 2L * Long.BYTES, saved);
    }

    private static void requireSaved(int encoding, boolean canBe) throws BadEncodingException {
        if (!canBe) {
            throw new BadEncodingException(encoding, "whose saved registers are not possible");
        }
    }

    /** Returns a frame of that many bytes, with the return address and the saved registers. */
    private static Frame frameless(int encoding, long stackBytes) throws BadEncodingException {
        int count = (encoding >>> 10) & 7;
        requireSaved(encoding, count <= LAST_REGISTER && stackBytes >= (count + 1L) * Long.BYTES);
        List<Saved> saved = new ArrayList<>();
        int[] order = permutation(encoding & 0x3ff, count);
        for (int i = 0; i < count; i++) {
            requireSaved(encoding, order[i] <= LAST_REGISTER);
            saved.add(new Saved(REGISTERS[order[i]], count - i + 1L));
        }
        return new Frame(RSP, stackBytes, saved);
    }

    /**
     * Returns the numbers of the saved registers, the lowest in memory first. The code is a Lehmer
     * code: each digit counts the lower numbers that are not used yet, and is written to a base
     * that is one lower than that of the digit before it, from 6 on.
     */
    private static int[] permutation(int code, int count) {
        int[] order = new int[count];
        int rest = code;
        for (int i = count - 1; i >= 0; i--) {
            int base = i == 0 ? Integer.MAX_VALUE : LAST_REGISTER - i;
            order[i] = rest % base;
            rest /= base;
        }
        boolean[] isUsed = new boolean[REGISTERS.length];
        for (int i = 0; i < count; i++) {
            order[i] = unused(isUsed, order[i]);
        }
        return order;
    }

    /** Returns a number after so many that are not used, and marks it; 7 if there is none. */
    private static int unused(boolean[] isUsed, int skipped) {
        int left = skipped;
        for (int number = 1; number < isUsed.length; number++) {
            if (!isUsed[number] && left-- == 0) {
                isUsed[number] = true;
                return number;
            }
        }
        return isUsed.length;
    }

    /**
     * Returns the size of a frame that is too large for its encoding. The encoding gives the offset
     * of the immediate of {@code sub rsp} in the function, and the number of words that have been
     * pushed before.
     */
    private static long stackBytes(int encoding, MemorySegment function)
            throws BadEncodingException {
        int at = (encoding >>> 16) & 0xff;
        if (at + (long) Integer.BYTES > function.byteSize()) {
            throw new BadEncodingException(
                    encoding,
                    "whose instruction with the frame's size lies outside of the function, at +0x"
                            + Integer.toHexString(at));
        }
        int size = function.get(JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at);
        return Integer.toUnsignedLong(size) + ((encoding >>> 13) & 7) * (long) Long.BYTES;
    }
}
