package dev.orcinus.formats.elf;

import java.lang.foreign.MemorySegment;

/** The memory of a process whose dynamic linker has loaded objects. */
@FunctionalInterface
public interface LoadedMemory {
    /**
     * Returns a copy of a range.
     *
     * @throws IllegalStateException if a part of it is not readable
     */
    MemorySegment read(long address, long sizeBytes);
}
