package dev.orcinus.formats.elf;

import java.lang.foreign.MemorySegment;

/**
 * Reads small parts of a process's memory that follow each other. Each read of that memory may be a
 * request to the process, so more is read at once than is asked for. It belongs to one thread.
 */
final class MemoryWindow {
    /** Memory is readable in pages, whose sizes are multiples of this. */
    static final int SIZE_BYTES = 512;

    private final LoadedMemory memory;
    private long start;
    private MemorySegment content = MemorySegment.NULL;

    MemoryWindow(LoadedMemory memory) {
        this.memory = memory;
    }

    /**
     * Returns a copy of a part.
     *
     * @param sizeBytes no more than {@link #SIZE_BYTES}
     * @throws IllegalStateException if it is not readable
     */
    MemorySegment read(long address, int sizeBytes) {
        long offset = address - start;
        if (offset < 0 || offset > content.byteSize() - sizeBytes) {
            long restBytes = SIZE_BYTES - (address & (SIZE_BYTES - 1)); // it is in one page
            content = memory.read(address, Math.max(restBytes, sizeBytes));
            start = address;
            offset = 0;
        }
        return content.asSlice(offset, sizeBytes);
    }
}
