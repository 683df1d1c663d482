package dev.orcinus.formats.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The dynamic section of a shared object that the dynamic linker has loaded (System V ABI, "Dynamic
 * Linking").
 */
final class LoadedTables {
    private static final int ENTRY_BYTES = 16;
    private static final int MOST_ENTRIES = 1 << 16;
    private static final long MOST_STRING_BYTES = 1L << 28;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private final LoadedMemory memory;
    private final long base;
    private final long start;
    private final MemorySegment dynamic;

    /**
     * Reads the section.
     *
     * @param base {@code l_addr} of the object's {@code link_map}
     * @param dynamic {@code l_ld} of it
     */
    LoadedTables(LoadedMemory memory, long base, long dynamic) {
        this.memory = memory;
        this.base = base;
        this.start = dynamic;
        this.dynamic = readDynamic(dynamic);
    }

    private MemorySegment readDynamic(long start) {
        MemoryWindow entries = new MemoryWindow(memory);
        for (long count = 0; count < MOST_ENTRIES; count++) {
            long at = start + count * ENTRY_BYTES;
            if (entries.read(at, Long.BYTES).get(WORD, 0) == 0) {
                return memory.read(start, count * ENTRY_BYTES);
            }
        }
        String place = Long.toHexString(start);
        throw new IllegalStateException("no end of a dynamic section at 0x" + place);
    }

    /** Returns whether there is an entry. */
    boolean has(int tag) {
        return !places(tag).isEmpty();
    }

    /** Returns the value of an entry; 0 if there is none. */
    long entry(int tag) {
        List<Long> values = entries(tag);
        return values.isEmpty() ? 0 : values.getFirst();
    }

    /** Returns the values of all entries of a kind, in their order. */
    List<Long> entries(int tag) {
        return places(tag).stream().map(at -> dynamic.get(WORD, at - start)).toList();
    }

    /** Returns the addresses of the values of all entries of a kind, in their order. */
    List<Long> places(int tag) {
        List<Long> places = new ArrayList<>();
        for (long at = 0; at < dynamic.byteSize(); at += ENTRY_BYTES) {
            if (dynamic.get(WORD, at) == tag) {
                places.add(start + at + Long.BYTES);
            }
        }
        return places;
    }

    /** Returns the table of names, the last of which has an end. */
    MemorySegment strings() {
        long sizeBytes = entry(Elf.DT_STRSZ);
        if (sizeBytes < 0 || sizeBytes > MOST_STRING_BYTES) {
            throw new IllegalStateException("a table of names of " + sizeBytes + " bytes");
        }
        MemorySegment strings = memory.read(address(Elf.DT_STRTAB), sizeBytes);
        if (sizeBytes > 0 && strings.get(ValueLayout.JAVA_BYTE, sizeBytes - 1) != 0) {
            throw new IllegalStateException("a table of names without an end");
        }
        return strings;
    }

    /** Returns the name at an offset, which is unsigned, in such a table. */
    static String name(MemorySegment strings, int offset) {
        long at = Integer.toUnsignedLong(offset);
        if (at >= strings.byteSize()) {
            throw new IllegalStateException("a name behind the end of its table");
        }
        return strings.getString(at);
    }

    /** Returns an address, which the dynamic linker has made absolute where it could write it. */
    long address(int tag) {
        long value = entry(tag);
        return Long.compareUnsigned(value, base) < 0 ? value + base : value;
    }
}
