package dev.orcinus.formats;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the names in a file, up to a limit on their total length. Names may share their ends, so a
 * small table can spell many long ones; without a limit, time and memory could grow with the square
 * of the file's size. It copies the tables that it reads from, because names are read many times as
 * quickly from a copy. One thread at a time may use it.
 */
public final class NameReader {
    /** Stands for no number of a name. */
    public static final int UNNUMBERED = -1;

    private static final long BYTES_PER_BYTE_OF_FILE = 16;
    private static final long LEAST_BYTES = 1 << 20;

    /** Larger tables are not copied. */
    private static final long LARGEST_COPY_BYTES = 16 << 20;

    private final FileBytes bytes;
    private final NamePool pool;
    private long bytesLeft;
    private final Map<Long, byte[]> copies = new HashMap<>();
    private byte[] copy = {};
    private long copied = -1;

    /** A reader that has read nothing yet. */
    public NameReader(FileBytes bytes) {
        this(bytes, null);
    }

    /**
     * A reader that has read nothing yet.
     *
     * @param pool has names that other files have as well; null if that is unlikely
     */
    public NameReader(FileBytes bytes, NamePool pool) {
        this.bytes = bytes;
        this.pool = pool;
        this.bytesLeft = LEAST_BYTES + bytes.sizeBytes() * BYTES_PER_BYTE_OF_FILE;
    }

    /** Returns a name for a message, with its number if it has one. */
    public static String numbered(String what, int number) {
        return number == UNNUMBERED ? what : what + " " + number;
    }

    /**
     * Returns the text from a place of a table to the next zero byte.
     *
     * @param table the offset of the table, which lies in the file
     * @param tableBytes the length of the table
     * @param offset the place in the table, which it has
     * @param what names the text, for the message
     * @param number follows {@code what} in the message, unless it is {@link #UNNUMBERED}
     */
    public String name(long table, long tableBytes, long offset, String what, int number)
            throws MalformedFileException {
        String text =
                tableBytes <= LARGEST_COPY_BYTES
                        ? copied(table, (int) tableBytes, (int) offset)
                        : null;
        if (text == null) { // also if it has no end
            text = bytes.text(table + offset, table + tableBytes, numbered(what, number));
        }
        bytesLeft -= text.length();
        if (bytesLeft < 0) {
            throw bytes.malformed(
                    table + offset,
                    numbered(what, number)
                            + ": the names take more than 16 times the size of the file");
        }
        return text;
    }

    /** Returns a name of a table that is copied, or null if the name has no end. */
    private String copied(long table, int tableBytes, int offset) {
        if (copied != table || copy.length != tableBytes) {
            byte[] known = copies.get(table);
            copy =
                    known != null && known.length == tableBytes
                            ? known
                            : bytes.copy(table, tableBytes);
            copies.put(table, copy);
            copied = table;
        }
        if (pool != null) {
            return pool.at(copy, offset);
        }
        int end = offset;
        while (end < tableBytes && copy[end] != 0) {
            end++;
        }
        return end == tableBytes
                ? null
                : new String(copy, offset, end - offset, StandardCharsets.UTF_8);
    }
}
