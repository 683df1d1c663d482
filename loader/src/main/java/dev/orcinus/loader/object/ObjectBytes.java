package dev.orcinus.loader.object;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.MalformedObjectException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a file from outside: little-endian reads that never leave it. Every error names the
 * file, the offset and what was to be read there.
 *
 * @param file the file's name, for messages
 * @param bytes all of it, read-only
 */
public record ObjectBytes(String file, MemorySegment bytes) {
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long LONGEST_TEXT_BYTES = 16 << 20;

    /** Makes the bytes read-only. */
    public ObjectBytes {
        bytes = bytes.asReadOnly();
    }

    /** The length of the file. */
    public long sizeBytes() {
        return bytes.byteSize();
    }

    /**
     * Requires that a range lies in the file.
     *
     * @param what it is, for the message
     */
    public void require(long offset, long sizeBytes, String what) throws MalformedObjectException {
        if (offset < 0 || sizeBytes < 0 || sizeBytes > bytes.byteSize() - offset) {
            throw malformed(
                    offset,
                    what
                            + " of 0x"
                            + Long.toHexString(sizeBytes)
                            + " bytes at 0x"
                            + Long.toHexString(offset)
                            + " leaves the file, which has 0x"
                            + Long.toHexString(bytes.byteSize())
                            + " bytes");
        }
    }

    /** The byte at an offset that has been checked. */
    public int u8(long offset) {
        return bytes.get(JAVA_BYTE, offset) & 0xff;
    }

    /** The 16 bits at an offset that has been checked. */
    public int u16(long offset) {
        return bytes.get(U16, offset) & 0xffff;
    }

    /** The 32 bits at an offset that has been checked. */
    public int u32(long offset) {
        return bytes.get(U32, offset);
    }

    /** The 64 bits at an offset that has been checked. */
    public long u64(long offset) {
        return bytes.get(U64, offset);
    }

    /**
     * The text from {@code offset} to the next zero byte.
     *
     * @param end of the table that it lies in
     */
    public String text(long offset, long end, String what) throws MalformedObjectException {
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

    /** An error at an offset. */
    public MalformedObjectException malformed(long offset, String problem) {
        return new MalformedObjectException(file, offset, problem);
    }
}
