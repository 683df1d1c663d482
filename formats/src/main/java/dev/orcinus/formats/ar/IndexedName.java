package dev.orcinus.formats.ar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The name of a symbol as {@link ArchiveIndex} looks it up. It is made once for the search of many
 * indexes. It is immutable.
 */
public final class IndexedName {
    /** An odd number that no file can know: names that are chosen to collide do not collide. */
    private static final int FACTOR = RandomGenerator.getDefault().nextInt() | 1;

    private final String text;
    private final byte[] bytes;
    private final int hash;

    private IndexedName(String text, byte[] bytes) {
        this.text = text;
        this.bytes = bytes;
        this.hash = hash(bytes, 0, bytes.length);
    }

    /** Returns the name of a symbol. */
    public static IndexedName of(String symbol) {
        return new IndexedName(symbol, symbol.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the hash of a part of an array. */
    static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = (hash + bytes[i]) * FACTOR;
        }
        return hash ^ hash >>> 15;
    }

    int hash() {
        return hash;
    }

    /** Returns whether a part of an array is this name. */
    boolean isAt(byte[] text, int start, int end) {
        return end - start == bytes.length
                && Arrays.equals(text, start, end, bytes, 0, bytes.length);
    }

    /** Returns the symbol. */
    @Override
    public String toString() {
        return text;
    }
}
