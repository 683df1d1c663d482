package dev.orcinus.formats.dwarf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** The memory of a process, of which copies are made. */
@FunctionalInterface
public interface ReadableMemory {
    /**
     * Copies bytes from an address.
     *
     * @return false if some of them cannot be read
     */
    boolean read(long address, byte[] target);

    /**
     * Returns an unsigned number of 1, 2, 4 or 8 bytes, the lowest first; empty if it cannot be
     * read.
     */
    default OptionalLong unsigned(long address, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        if (!read(address, bytes)) {
            return OptionalLong.empty();
        }
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return OptionalLong.of(word.put(bytes).getLong(0));
    }
}
