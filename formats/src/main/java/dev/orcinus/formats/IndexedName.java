package dev.orcinus.formats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a symbol as indexes of archives look it up. It is made once for the search of many
 * indexes. It is immutable.
 */
public final class IndexedName {
    private final String text;
    private final byte[] bytes;
    private final int hash;

    private IndexedName(String text, byte[] bytes) {
        this.text = text;
        this.bytes = bytes;
        this.hash = NameHash.of(bytes, 0, bytes.length);
    }

    /** Returns the name of a symbol. */
    public static IndexedName of(String symbol) {
        return new IndexedName(symbol, symbol.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the name's {@link NameHash}. */
    public int hash() {
        return hash;
    }

    /** Returns whether a part of an array is this name. */
    public boolean isAt(byte[] text, int start, int end) {
        return end - start == bytes.length
                && Arrays.equals(text, start, end, bytes, 0, bytes.length);
    }

    /** Returns the symbol. */
    @Override
    public String toString() {
        return text;
    }
}
