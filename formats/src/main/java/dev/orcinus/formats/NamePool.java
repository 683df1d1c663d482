package dev.orcinus.formats;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of symbols and sections that objects have in common, as one text each: objects of one
 * library repeat most of their names, and a text that is there already needs no memory, has its
 * hash, and is equal to others at first sight. All readers of a JVM share one pool, which any
 * collection drops unless somebody has it, as a link has: a process that only waits does not keep
 * tens of megabytes for objects that it has forgotten. It has parts, each with a lock of its own,
 * and a part starts anew when it has grown large. Several threads may use it.
 */
public final class NamePool {
    private static final int MOST_BYTES = 128 << 20;

    /** The pool takes no more than about this part of what the heap can have. */
    private static final int LEAST_PART_OF_HEAP = 8;

    private static final int PARTS = 16;

    /** The highest bits of a hash decide the part, the lowest ones the place in it. */
    private static final int BITS_OF_PLACE = 28;

    private static WeakReference<NamePool> shared = new WeakReference<>(null);

    private final Part[] parts;

    /**
     * Makes a pool without names.
     *
     * @param mostBytes about the memory of all names with which it starts anew
     * @param partCount the number of its parts, a power of two up to 16
     */
    NamePool(int mostBytes, int partCount) {
        this.parts = new Part[partCount];
        for (int i = 0; i < partCount; i++) {
            parts[i] = new Part(mostBytes / partCount);
        }
    }

    /** Returns the pool of this JVM. */
    public static synchronized NamePool shared() {
        NamePool pool = shared.get();
        if (pool == null) {
            long part = Runtime.getRuntime().maxMemory() / LEAST_PART_OF_HEAP;
            pool = new NamePool((int) Math.min(MOST_BYTES, part), PARTS);
            shared = new WeakReference<>(pool);
        }
        return pool;
    }

    /** Returns the number of names. */
    int size() {
        int size = 0;
        for (Part part : parts) {
            size += part.size();
        }
        return size;
    }

    /**
     * Returns the text from a place to the next zero byte; null if there is no zero byte.
     *
     * @param from text in UTF-8
     */
    String at(byte[] from, int start) {
        long state = NameHash.START;
        int end = start;
        while (end < from.length && from[end] != 0) {
            state = NameHash.add(state, from[end]);
            end++;
        }
        if (end == from.length) {
            return null;
        }
        int hash = NameHash.of(state);
        return parts[hash >>> BITS_OF_PLACE & parts.length - 1].get(from, start, end, hash);
    }

    /** The names whose hashes have some bits in common; its own lock guards it. */
    private static final class Part {
        /**
         * About what a name takes besides its bytes: the headers of its text and of the array in
         * that, and its places in the arrays here.
         */
        private static final int BYTES_OF_NAME = 80;

        private static final int FIRST_NAMES = 1 << 6;
        private static final int FIRST_BYTES = 1 << 12;

        private final int mostBytes;
        private int sizeBytes;
        private byte[] text;
        private int textBytes;
        private int[] starts;
        private int[] hashes;
        private String[] names;
        private int count;

        /** The number of a name plus one, or 0, at the first free place behind that of its hash. */
        private int[] slots;

        Part(int mostBytes) {
            this.mostBytes = mostBytes;
            clear();
        }

        private void clear() {
            text = new byte[FIRST_BYTES];
            textBytes = 0;
            sizeBytes = 0;
            starts = new int[FIRST_NAMES];
            hashes = new int[FIRST_NAMES];
            names = new String[FIRST_NAMES];
            count = 0;
            slots = new int[2 * FIRST_NAMES];
        }

        synchronized int size() {
            return count;
        }

        synchronized String get(byte[] from, int start, int end, int hash) {
            int slot = hash & slots.length - 1;
            while (slots[slot] != 0) {
                int name = slots[slot] - 1;
                if (hashes[name] == hash && isAt(name, from, start, end)) {
                    return names[name];
                }
                slot = slot + 1 & slots.length - 1;
            }
            return add(from, start, end, hash);
        }

        private boolean isAt(int name, byte[] from, int start, int end) {
            int stop = name + 1 == count ? textBytes : starts[name + 1];
            return Arrays.equals(text, starts[name], stop, from, start, end);
        }

        private String add(byte[] from, int start, int end, int hash) {
            String name = new String(from, start, end - start, StandardCharsets.UTF_8);
            // its bytes are in the pool and in its text
            long taken = BYTES_OF_NAME + 2L * (end - start);
            if (taken > mostBytes - sizeBytes) {
                clear();
                if (taken > mostBytes) {
                    return name;
                }
            }
            sizeBytes += (int) taken;
            makeRoom(end - start);
            System.arraycopy(from, start, text, textBytes, end - start);
            starts[count] = textBytes;
            textBytes += end - start;
            hashes[count] = hash;
            names[count] = name;
            count++;
            insert(count);
            return name;
        }

        private void makeRoom(int sizeBytes) {
            if (sizeBytes > text.length - textBytes) {
                text = Arrays.copyOf(text, Math.max(2 * text.length, textBytes + sizeBytes));
            }
            if (count == names.length) {
                starts = Arrays.copyOf(starts, 2 * count);
                hashes = Arrays.copyOf(hashes, 2 * count);
                names = Arrays.copyOf(names, 2 * count);
                slots = new int[4 * count];
                for (int number = 1; number <= count; number++) {
                    insert(number);
                }
            }
        }

        private void insert(int number) {
            int slot = hashes[number - 1] & slots.length - 1;
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = number;
        }
    }
}
