package dev.orcinus.loader.link;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@code .eh_frame} section as an unwinder reads it.
 *
 * @param memory the memory that holds it
 * @param section the range of its records and the terminator
 */
record RegisteredFrames(Expression.Memory memory, AddressRange section) {
    private static final int WORD = 4;

    private static final int AUGMENTATION = 9;

    /** The factors, the return column and the length of the data, in one byte each. */
    private static final int BEFORE_DATA = 4;

    private static final int PC_RELATIVE = 0x10;

    /** Returns the functions that its FDEs describe. */
    List<ExecutorAddress> functions() {
        List<ExecutorAddress> functions = new ArrayList<>();
        long at = section.start().value();
        for (long length = word(at); length != 0; length = word(at)) {
            if (word(at + WORD) != 0) {
                long cie = at + WORD - word(at + WORD);
                requireCie(cie);
                functions.add(new ExecutorAddress(function(at + 2 * WORD, pointerEncoding(cie))));
            }
            at += WORD + length;
        }
        if (at + WORD != section.end().value()) {
            throw new AssertionError("the terminator is not at the end of " + section);
        }
        return functions;
    }

    private long function(long begin, long encoding) {
        return encoding == PC_RELATIVE || (encoding & 0xf) != 0
                ? begin + (int) word(begin)
                : memory.load(begin, Long.BYTES);
    }

    /** Returns how the first field of a CIE's FDEs is encoded. */
    private long pointerEncoding(long cie) {
        long at = cie + AUGMENTATION;
        StringBuilder augmentation = new StringBuilder();
        for (char c = (char) u8(at++); c != 0; c = (char) u8(at++)) {
            augmentation.append(c);
        }
        at += BEFORE_DATA;
        for (char c : augmentation.substring(1).toCharArray()) {
            switch (c) {
                case 'R' -> {
                    return u8(at);
                }
                case 'P' -> at += 1 + ((u8(at) & 0xf) == 0 ? Long.BYTES : WORD);
                default -> at++;
            }
        }
        throw new AssertionError("CIE without pointers at 0x" + Long.toHexString(cie));
    }

    private long u8(long at) {
        return memory.load(at, 1);
    }

    private void requireCie(long at) {
        if (word(at + WORD) != 0) {
            throw new AssertionError("there is no CIE at 0x" + Long.toHexString(at));
        }
    }

    private long word(long at) {
        return memory.load(at, WORD);
    }
}
