package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * The names that shared objects define which the dynamic linker has loaded, as far as their hashes
 * tell: a few names more may seem to be defined. They are read from the tables in which the dynamic
 * linker itself searches ({@code DT_GNU_HASH}, and the gABI's "Hash Table"). It belongs to one
 * thread.
 */
public final class LoadedNames {
    private static final int HASH_BITS = 20;
    private static final int MOST_WORDS = 1 << 24;
    private static final int HEAD_BYTES = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final LoadedMemory memory;
    private final BitSet hashes = new BitSet(1 << HASH_BITS);

    /** Has no names at first. */
    public LoadedNames(LoadedMemory memory) {
        this.memory = memory;
    }

    /** Returns whether one of the objects may define a name; if not, none does. */
    public boolean mayHave(String name) {
        return hashes.get(bit(hash(name)));
    }

    /** The lowest bit of a hash in the table says whether it is the last of its chain. */
    private static int bit(int hash) {
        return (hash >>> 1) & ((1 << HASH_BITS) - 1);
    }

    /** Returns the hash of GNU's table: Bernstein's, of bytes. */
    private static int hash(String name) {
        int hash = 5381;
        for (byte b : name.getBytes(UTF_8)) {
            hash = 33 * hash + (b & 0xff);
        }
        return hash;
    }

    /**
     * Adds what an object defines.
     *
     * @param base {@code l_addr} of the object's {@code link_map}
     * @param dynamic {@code l_ld} of it
     * @throws IllegalStateException if its tables are not as they should be
     */
    public void add(long base, long dynamic) {
        LoadedTables tables = new LoadedTables(memory, base, dynamic);
        if (tables.has(Elf.DT_GNU_HASH)) {
            addChains(tables.address(Elf.DT_GNU_HASH));
        } else if (tables.has(Elf.DT_HASH)) {
            addSymbols(tables);
        }
    }

    /** Adds the hashes of GNU's table: buckets with the first of each chain, then the chains. */
    private void addChains(long start) {
        MemorySegment head = memory.read(start, HEAD_BYTES);
        int bucketCount = checked(head.get(INT, 0));
        int firstSymbol = head.get(INT, 4);
        long buckets = start + HEAD_BYTES + (long) Long.BYTES * checked(head.get(INT, 8));
        long chains = buckets + (long) Integer.BYTES * bucketCount;
        int last = last(memory.read(buckets, chains - buckets));
        if (last >= firstSymbol && last > 0) {
            int count = checked(last - firstSymbol + 1);
            MemorySegment most = memory.read(chains, (long) Integer.BYTES * count);
            for (long at = 0; at < most.byteSize(); at += Integer.BYTES) {
                hashes.set(bit(most.get(INT, at)));
            }
            addLastChain(chains + most.byteSize() - Integer.BYTES);
        }
    }

    /** Returns the first symbol of the last chain. */
    private static int last(MemorySegment buckets) {
        int last = 0;
        for (long at = 0; at < buckets.byteSize(); at += Integer.BYTES) {
            last = Math.max(last, buckets.get(INT, at));
        }
        return last;
    }

    private void addLastChain(long start) {
        MemoryWindow words = new MemoryWindow(memory);
        int hash;
        int count = 0;
        do {
            hash = words.read(start + (long) Integer.BYTES * count, Integer.BYTES).get(INT, 0);
            hashes.set(bit(hash));
            count = checked(count + 1);
        } while ((hash & 1) == 0);
    }

    /** Adds the names of the symbol table, whose length the gABI's table has as its second word. */
    private void addSymbols(LoadedTables tables) {
        int count = checked(memory.read(tables.address(Elf.DT_HASH), 8).get(INT, Integer.BYTES));
        MemorySegment symbols =
                memory.read(tables.address(Elf.DT_SYMTAB), (long) ElfSymbol.BYTES * count);
        MemorySegment strings = tables.strings();
        for (long at = 0; at < symbols.byteSize(); at += ElfSymbol.BYTES) {
            hashes.set(bit(hash(LoadedTables.name(strings, symbols.get(INT, at)))));
        }
    }

    private static int checked(int words) {
        if (words < 0 || words > MOST_WORDS) {
            throw new IllegalStateException("a table of " + words + " words");
        }
        return words;
    }
}
