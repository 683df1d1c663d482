package dev.orcinus.formats.elf;

import dev.orcinus.formats.FileBytes;

/**
 * The rows of a table in a file, as words of 64 bits. Many rows are copied at once, which is many
 * times as quick as to read each word from the file. Several threads may use it.
 */
final class Rows {
    private static final int COPIED = 1 << 12;

    private final FileBytes bytes;
    private final long start;
    private final int count;
    private final int wordsPerRow;
    private Copy copy = new Copy(0, new long[0]);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Copy(int firstRow, long[] words) {}

    /**
     * Makes the rows of a table that lies in the file.
     *
     * @param start the offset of the table
     */
    Rows(FileBytes bytes, long start, int count, int rowBytes) {
        this.bytes = bytes;
        this.start = start;
        this.count = count;
        this.wordsPerRow = rowBytes / Long.BYTES;
    }

    /** Returns a word of a row of the table. */
    long word(int row, int word) {
        Copy known = copy;
        int index = (row - known.firstRow) * wordsPerRow + word;
        if (row < known.firstRow || index >= known.words.length) {
            known = copyFrom(row);
            index = word;
        }
        return known.words[index];
    }

    /** Returns the words of many rows, from one on. */
    long[] words(int row) {
        return copyFrom(row).words;
    }

    private Copy copyFrom(int row) {
        int rows = Math.min(COPIED, count - row);
        long at = start + (long) row * wordsPerRow * Long.BYTES;
        Copy next = new Copy(row, bytes.u64s(at, rows * wordsPerRow));
        copy = next;
        return next;
    }
}
