package dev.orcinus.formats.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions that the dynamic linker calls when it has loaded a shared object, and when the
 * process ends, and the names that say in which order (System V ABI, "Initialization and
 * Termination Functions", "Shared Object Dependencies"): as the object's dynamic section had them
 * when this was made.
 */
public final class LoadedFunctions {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private final LoadedMemory memory;
    private final long base;
    private final LoadedTables tables;

    /**
     * A word of the dynamic section.
     *
     * @param address where it is
     * @param value what it is
     * @param idle what it has to be so that the dynamic linker calls nothing
     */
    public record Word(long address, long value, long idle) {}

    /**
     * Reads a dynamic section.
     *
     * @param base {@code l_addr} of the object's {@code link_map}
     * @param dynamic {@code l_ld} of it
     * @throws IllegalStateException if it is not as it should be
     */
    public LoadedFunctions(LoadedMemory memory, long base, long dynamic) {
        this.memory = memory;
        this.base = base;
        this.tables = new LoadedTables(memory, base, dynamic);
    }

    /**
     * Returns the words that tell the dynamic linker what to call. It reads them when it calls, and
     * takes them as they are: it only remembers where they are.
     *
     * @param idle the address of a function that does nothing
     */
    public List<Word> words(long idle) {
        List<Word> words = new ArrayList<>();
        for (int function : new int[] {Elf.DT_INIT, Elf.DT_FINI}) {
            add(words, function, idle - base);
        }
        for (int size : new int[] {Elf.DT_INIT_ARRAYSZ, Elf.DT_FINI_ARRAYSZ}) {
            add(words, size, 0);
        }
        return words;
    }

    private void add(List<Word> words, int tag, long idle) {
        long value = tables.entry(tag);
        tables.places(tag).forEach(place -> words.add(new Word(place, value, idle)));
    }

    /** Returns the addresses of the initializers, in the order in which they are called. */
    public List<Long> initializers() {
        List<Long> functions = new ArrayList<>();
        if (tables.has(Elf.DT_INIT)) {
            functions.add(base + tables.entry(Elf.DT_INIT));
        }
        long sizeBytes = tables.entry(Elf.DT_INIT_ARRAYSZ);
        if (sizeBytes > 0) {
            MemorySegment array = memory.read(base + tables.entry(Elf.DT_INIT_ARRAY), sizeBytes);
            for (long at = 0; at <= array.byteSize() - Long.BYTES; at += Long.BYTES) {
                functions.add(array.get(WORD, at));
            }
        }
        return functions;
    }

    /** Returns whether it is to be initialized before all others ({@code DF_1_INITFIRST}). */
    public boolean comesFirst() {
        return (tables.entry(Elf.DT_FLAGS_1) & Elf.DF_1_INITFIRST) != 0;
    }

    /**
     * Returns the address of the object's own name ({@code DT_SONAME}), in a list if it has one.
     */
    public List<Long> ownName() {
        return names(Elf.DT_SONAME);
    }

    /** Returns the addresses of the names of the objects that it needs. */
    public List<Long> neededNames() {
        return names(Elf.DT_NEEDED);
    }

    private List<Long> names(int tag) {
        long strings = tables.address(Elf.DT_STRTAB);
        return tables.entries(tag).stream().map(offset -> strings + offset).toList();
    }
}
