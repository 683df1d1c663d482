package dev.orcinus.loader.format.macho.unwind;

import dev.orcinus.loader.format.macho.unwind.Frame.Saved;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The compact unwind encodings of arm64 ({@code <mach-o/compact_unwind_encoding.h>}). */
final class AArch64Encoding implements Encoding {
    private static final int FRAMELESS = 0x0200_0000;
    private static final int DWARF = 0x0300_0000;
    private static final int FRAME = 0x0400_0000;

    private static final int FRAME_POINTER = 29;
    private static final int LINK_REGISTER = 30;
    private static final int STACK_POINTER = 31;

    /** The first registers of the pairs that bits stand for, from bit 0 on; 0 for none. */
    private static final int[] PAIRS = {19, 21, 23, 25, 27, 0, 0, 0, 72, 74, 76, 78};

    @Override
    public Frame entry() {
        return new Frame(STACK_POINTER, 0, List.of());
    }

    @Override
    public int returnColumn() {
        return LINK_REGISTER;
    }

    @Override
    public Frame frame(int encoding, MemorySegment function) throws BadEncodingException {
        return switch (encoding & MODE) {
            case 0, DWARF -> null;
            case FRAMELESS -> frameless(encoding);
            case FRAME -> framed(encoding);
            default -> throw new BadEncodingException(encoding, "whose mode is unknown");
        };
    }

    /** Returns a frame of a leaf function, whose return address stays in the link register. */
    private static Frame frameless(int encoding) {
        List<Saved> saved = new ArrayList<>();
        addPairs(encoding, saved);
        return new Frame(STACK_POINTER, ((encoding >>> 12) & 0xfff) * 16L, saved);
    }

    private static Frame framed(int encoding) {
        List<Saved> saved = new ArrayList<>();
        saved.add(new Saved(LINK_REGISTER, 1));
        saved.add(new Saved(FRAME_POINTER, 2));
        addPairs(encoding, saved);
        return new Frame(FRAME_POINTER, 2L * Long.BYTES, saved);
    }

    /** Adds the saved pairs, each of them below the one before. */
    private static void addPairs(int encoding, List<Saved> saved) {
        for (int bit = 0; bit < PAIRS.length; bit++) {
            if (PAIRS[bit] != 0 && ((encoding >>> bit) & 1) != 0) {
                saved.add(new Saved(PAIRS[bit], saved.size() + 1L));
                saved.add(new Saved(PAIRS[bit] + 1, saved.size() + 1L));
            }
        }
    }
}
