package dev.orcinus.formats;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a file from outside, for little-endian reads that never leave it. Every error names
 * the file, the offset and the thing that was to be read there.
 *
 * @param file the file's name, for messages
 * @param bytes all its bytes, read-only
 */
public record FileBytes(String file, MemorySegment bytes) {
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long LONGEST_TEXT_BYTES = 16 << 20;

    /** Makes the bytes read-only. */
    public FileBytes {
        bytes = bytes.asReadOnly();
    }

    /** Returns the length of the file. */
    public long sizeBytes() {
        return bytes.byteSize();
    }

    /**
     * Requires that a range lies in the file.
     *
     * @param what names the range, for the message
     */
    public void require(long offset, long sizeBytes, String what) throws MalformedFileException {
        if (offset < 0 || sizeBytes < 0 || sizeBytes > bytes.byteSize() - offset) {
            throw malformed(
                    offset,
                    "%s of 0x%x bytes at 0x%x leaves the file, which has 0x%x bytes"
                            .formatted(what, sizeBytes, offset, bytes.byteSize()));
        }
    }

    /** Returns the byte at an offset that has been checked. */
    public int u8(long offset) {
        return bytes.get(JAVA_BYTE, offset) & 0xff;
    }

    /** Returns the 16 bits at an offset that has been checked. */
    public int u16(long offset) {
        return bytes.get(U16, offset) & 0xffff;
    }

    /** Returns the 32 bits at an offset that has been checked. */
    public int u32(long offset) {
        return bytes.get(U32, offset);
    }

    /** Returns the 64 bits at an offset that has been checked. */
    public long u64(long offset) {
        return bytes.get(U64, offset);
    }

    /** Returns a copy of bytes at an offset that has been checked. */
    public byte[] copy(long offset, int sizeBytes) {
        byte[] copy = new byte[sizeBytes];
        MemorySegment.copy(bytes, JAVA_BYTE, offset, copy, 0, sizeBytes);
        return copy;
    }

    /** Returns words of 64 bits at an offset that has been checked. */
    public long[] u64s(long offset, int count) {
        long[] words = new long[count];
        MemorySegment.copy(bytes, U64, offset, words, 0, count);
        return words;
    }

    /**
     * Returns the text from {@code offset} to the next zero byte.
     *
     * @param end the end of the table that it lies in
     * @param what names the text, for the message
     */
    public String text(long offset, long end, String what) throws MalformedFileException {
        long limit = Math.min(end, offset + LONGEST_TEXT_BYTES);
        long stop = offset;
        while (stop < limit && bytes.get(JAVA_BYTE, stop) != 0) {
            stop++;
        }
        if (stop >= limit) {
            throw malformed(offset, what + " has no end");
        }
        byte[] text = new byte[(int) (stop - offset)];
        MemorySegment.copy(bytes, JAVA_BYTE, offset, text, 0, text.length);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Returns an error at an offset. */
    public MalformedFileException malformed(long offset, String problem) {
        return new MalformedFileException(file, offset, problem);
    }
}
