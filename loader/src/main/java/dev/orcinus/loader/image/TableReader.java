package dev.orcinus.loader.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A reader of what {@link TableWriter} has written, which is this process's own. */
final class TableReader {
    private static final int BYTE_MASK = 0xff;

    private final byte[] table;
    private int at;

    TableReader(byte[] table) {
        this.table = table;
    }

    long number() {
        long high = small();
        return (high << Integer.SIZE) | Integer.toUnsignedLong(small());
    }

    /** Reads a number with the first byte first; code that is compiled in a hurry is slow else. */
    int small() {
        int first = at;
        at += Integer.BYTES;
        return (table[first] << (3 * Byte.SIZE))
                | ((table[first + 1] & BYTE_MASK) << (2 * Byte.SIZE))
                | ((table[first + 2] & BYTE_MASK) << Byte.SIZE)
                | (table[first + 3] & BYTE_MASK);
    }

    boolean flag() {
        return small() != 0;
    }

    byte[] bytes() {
        int end = small() + at;
        byte[] content = Arrays.copyOfRange(table, at, end);
        at = end;
        return content;
    }

    String text() {
        int length = small();
        String text = new String(table, at, length, UTF_8);
        at += length;
        return text;
    }
}
