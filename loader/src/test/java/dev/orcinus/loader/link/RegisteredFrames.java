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

    /**
     * Returns the functions that its FDEs describe. Their addresses are relative, in four bytes.
     */
    List<ExecutorAddress> functions() {
        List<ExecutorAddress> functions = new ArrayList<>();
        long at = section.start().value();
        for (long length = word(at); length != 0; length = word(at)) {
            if (word(at + WORD) != 0) {
                requireCie(at + WORD - word(at + WORD));
                long begin = at + 2 * WORD;
                functions.add(new ExecutorAddress(begin + (int) word(begin)));
            }
            at += WORD + length;
        }
        if (at + WORD != section.end().value()) {
            throw new AssertionError("the terminator is not at the end of " + section);
        }
        return functions;
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
