package dev.orcinus.jit.unwinding;

import dev.orcinus.platform.ExecutorAddress;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.BiPredicate;

/**
 * Words and texts of a process, which are copied. Each is 0 or empty where nothing is readable.
 *
 * @param reader copies memory, and tells whether all of it is readable
 */
public record SideMemory(BiPredicate<ExecutorAddress, MemorySegment> reader) {
    private static final int BLOCK = 256;

    long word(long address) {
        return words(address, 1)[0];
    }

    long[] words(long address, int count) {
        long[] words = new long[count];
        boolean isRead = reader.test(new ExecutorAddress(address), MemorySegment.ofArray(words));
        return isRead ? words : new long[count];
    }

    /** Returns the NUL-terminated UTF-8 text at an address, or null if there is none. */
    public String text(ExecutorAddress start) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long next = start.value();
        while (next != 0) {
            // A block does not cross a page, because the next one may not be there.
            int size = (int) (BLOCK - (next & (BLOCK - 1)));
            byte[] block = new byte[size];
            if (!reader.test(new ExecutorAddress(next), MemorySegment.ofArray(block))) {
                return null;
            }
            for (int i = 0; i < size; i++) {
                if (block[i] == 0) {
                    text.write(block, 0, i);
                    return text.toString(StandardCharsets.UTF_8);
                }
            }
            text.write(block, 0, size);
            next += size;
        }
        return null;
    }
}
