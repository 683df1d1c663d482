package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;

/**
 * The rows of a table in a file, as words of 64 bits. A block of rows is copied at once, which is
 * many times as quick as to read each word from the file. Of a table that is read in any order many
 * blocks are kept, as long as the table lives: relocations refer to symbols anywhere. Several
 * threads may use it.
 */
final class Rows {
    private static final int BLOCK_BITS = 10;
    private static final int BLOCK = 1 << BLOCK_BITS;

    /** The most blocks that are kept of a table that is read in any order. */
    private static final int MOST_KEPT = 64;

    /** How many rows are copied for who goes through a table. */
    private static final int COPIED = 1 << 12;

    private final FileBytes bytes;
    private final long start;
    private final int count;
    private final int wordsPerRow;

    /** Each block has one place here; those of blocks far from each other are the same. */
    private final Copy[] kept;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Copy(int firstRow, long[] words) {}

    /**
     * Makes the rows of a table that lies in the file.
     *
     * @param start the offset of the table
     * @param mostKept how many blocks are kept at most
     */
    private Rows(FileBytes bytes, long start, int count, int rowBytes, int mostKept) {
        this.bytes = bytes;
        this.start = start;
        this.count = count;
        this.wordsPerRow = rowBytes / Long.BYTES;
        this.kept = new Copy[Math.clamp(((count - 1) >> BLOCK_BITS) + 1, 1, mostKept)];
    }

    /** Returns the rows of a table that is read in its order, of which one block is kept. */
    static Rows inOrder(FileBytes bytes, long start, int count, int rowBytes) {
        return new Rows(bytes, start, count, rowBytes, 1);
    }

    /** Returns the rows of a table that is read in any order. */
    static Rows inAnyOrder(FileBytes bytes, long start, int count, int rowBytes) {
        return new Rows(bytes, start, count, rowBytes, MOST_KEPT);
    }

    /** Returns a word of a row of the table. */
    long word(int row, int word) {
        int first = row & -BLOCK;
        int place = (row >>> BLOCK_BITS) % kept.length;
        Copy known = kept[place];
        if (known == null || known.firstRow != first) {
            known = new Copy(first, copy(first, BLOCK));
            kept[place] = known;
        }
        return known.words[(row - first) * wordsPerRow + word];
    }

    /** Returns the words of many rows, from one on. */
    long[] words(int row) {
        return copy(row, COPIED);
    }

    private long[] copy(int row, int most) {
        long at = start + (long) row * wordsPerRow * Long.BYTES;
        return bytes.u64s(at, Math.min(most, count - row) * wordsPerRow);
    }
}
