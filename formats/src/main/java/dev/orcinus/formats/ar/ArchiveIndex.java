package dev.orcinus.formats.ar;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.formats.NameHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members that define symbols: a table of hashes, so that an index of a hundred thousand names
 * is made without a text for each. It is immutable.
 */
public final class ArchiveIndex {
    /** The offset of no member. */
    public static final long NONE = -1;

    private static final int LAST = -1;

    private final byte[] text;
    private final int[] starts;
    private final int[] ends;
    private final long[] members;
    private final int[] hashes;

    /**
     * The first entry of a name plus one, or 0, at the first free place behind that of its hash.
     */
    private final int[] slots;

    /** The next entry of the same name. */
    private final int[] next;

    private ArchiveIndex(Builder built) {
        int count = built.count;
        this.text = Arrays.copyOf(built.text, built.textBytes);
        this.starts = Arrays.copyOf(built.starts, count);
        this.ends = Arrays.copyOf(built.ends, count);
        this.members = Arrays.copyOf(built.members, count);
        this.hashes = new int[count];
        this.next = new int[count];
        this.slots = new int[Integer.highestOneBit(Math.max(count, 1)) * 4];
        int[] last = new int[count];
        for (int entry = 0; entry < count; entry++) {
            insert(entry, last);
        }
    }

    private void insert(int entry, int[] last) {
        hashes[entry] = NameHash.of(text, starts[entry], ends[entry]);
        next[entry] = LAST;
        int slot = hashes[entry] & slots.length - 1;
        while (slots[slot] != 0 && !isSame(slots[slot] - 1, entry)) {
            slot = slot + 1 & slots.length - 1;
        }
        if (slots[slot] == 0) {
            slots[slot] = entry + 1;
            last[entry] = entry;
        } else {
            int first = slots[slot] - 1;
            next[last[first]] = entry;
            last[first] = entry;
        }
    }

    private boolean isSame(int one, int other) {
        return hashes[one] == hashes[other]
                && Arrays.equals(text, starts[one], ends[one], text, starts[other], ends[other]);
    }

    private int entry(IndexedName name) {
        int slot = name.hash() & slots.length - 1;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == name.hash() && name.isAt(text, starts[entry], ends[entry])) {
                return entry;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return LAST;
    }

    /**
     * Returns the offset of the header of the first member that defines a symbol, or {@link #NONE}.
     */
    public long first(IndexedName symbol) {
        int entry = entry(symbol);
        return entry == LAST ? NONE : members[entry];
    }

    /** Returns the offsets of all members that define a symbol, in the order of the index. */
    public List<Long> all(IndexedName symbol) {
        List<Long> all = new ArrayList<>();
        for (int entry = entry(symbol); entry != LAST; entry = next[entry]) {
            all.add(members[entry]);
        }
        return all;
    }

    /**
     * Returns for each symbol the offset of the header of the first member that defines it, in the
     * order of the index.
     */
    public Map<String, Long> offsets() {
        Map<String, Long> offsets = new LinkedHashMap<>();
        for (int entry = 0; entry < members.length; entry++) {
            int length = ends[entry] - starts[entry];
            offsets.putIfAbsent(
                    new String(text, starts[entry], length, StandardCharsets.UTF_8),
                    members[entry]);
        }
        return offsets;
    }

    /** Returns about how many bytes of memory it takes. */
    public long sizeBytes() {
        return text.length + 24L * members.length + 4L * slots.length;
    }

    /** Collects an index. */
    public static final class Builder {
        private static final int FIRST_CAPACITY = 16;

        private byte[] text;
        private int textBytes;
        private int[] starts;
        private int[] ends;
        private long[] members;
        private int count;

        /** Starts an index without symbols. */
        public Builder() {
            this(new byte[0], FIRST_CAPACITY);
        }

        /**
         * Starts an index without symbols.
         *
         * @param text has the names of symbols
         * @param capacity how many symbols are expected
         */
        Builder(byte[] text, int capacity) {
            this.text = text;
            this.textBytes = text.length;
            this.starts = new int[capacity];
            this.ends = new int[capacity];
            this.members = new long[capacity];
        }

        /** Adds a symbol that a member defines. */
        public void add(String symbol, long headerOffset) {
            byte[] name = symbol.getBytes(StandardCharsets.UTF_8);
            int end = Math.addExact(textBytes, name.length);
            if (end > text.length) {
                text = Arrays.copyOf(text, Math.max(end, Math.addExact(textBytes, textBytes)));
            }
            System.arraycopy(name, 0, text, textBytes, name.length);
            int start = textBytes;
            textBytes = end;
            add(start, end, headerOffset);
        }

        /** Adds a symbol whose name, in UTF-8, is a part of the text of this builder. */
        void add(int start, int end, long headerOffset) {
            if (count == members.length) {
                int more = Math.max(FIRST_CAPACITY, Math.addExact(count, count));
                starts = Arrays.copyOf(starts, more);
                ends = Arrays.copyOf(ends, more);
                members = Arrays.copyOf(members, more);
            }
            starts[count] = start;
            ends[count] = end;
            members[count] = headerOffset;
            count++;
        }

        /** Returns the index; no symbol may be added any more. */
        public ArchiveIndex build() {
            return new ArchiveIndex(this);
        }
    }
}
