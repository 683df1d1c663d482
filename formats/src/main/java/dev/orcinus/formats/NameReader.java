package dev.orcinus.formats;

/**
 * Reads the names in a file, up to a limit on their total length. Names may share their ends, so a
 * small table can spell many long ones; without a limit, time and memory could grow with the square
 * of the file's size. One thread at a time may use it.
 */
public final class NameReader {
    private static final long BYTES_PER_BYTE_OF_FILE = 16;
    private static final long LEAST_BYTES = 1 << 20;

    private final FileBytes bytes;
    private long bytesLeft;

    /** A reader that has read nothing yet. */
    public NameReader(FileBytes bytes) {
        this.bytes = bytes;
        this.bytesLeft = LEAST_BYTES + bytes.sizeBytes() * BYTES_PER_BYTE_OF_FILE;
    }

    /**
     * Returns the text from {@code offset} to the next zero byte.
     *
     * @param end the end of the table that it lies in
     * @param what names the text, for the message
     */
    public String name(long offset, long end, String what) throws MalformedFileException {
        String text = bytes.text(offset, end, what);
        bytesLeft -= text.length();
        if (bytesLeft < 0) {
            throw bytes.malformed(
                    offset, what + ": the names take more than 16 times the size of the file");
        }
        return text;
    }
}
