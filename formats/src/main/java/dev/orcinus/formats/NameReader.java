package dev.orcinus.formats;

/**
 * Reads the names in a file, as many as a file of its size can honestly have. Names may share their
 * ends, so a small table can spell many long ones; without a limit it could cost time and memory
 * that grow with the square of its size. For one thread at a time.
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
     * @param end of the table that it lies in
     * @param what it is, for the message
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
