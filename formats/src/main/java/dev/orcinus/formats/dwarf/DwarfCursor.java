package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.ValueLayout;

/**
 * A place in a range of bytes, which moves on with each read, and reads nothing outside. One thread
 * at a time may use it.
 */
final class DwarfCursor {
    private static final int LONGEST_LEB_BITS = 64;

    /** The first four bytes of a length of eight ("64-bit DWARF"). */
    private static final int LONG_LENGTH = 0xffff_ffff;

    private final FileBytes bytes;
    private final long end;
    private long at;
    private boolean isLong;

    /** A cursor at the start of a range, which lies in the bytes. */
    DwarfCursor(FileBytes bytes, long start, long end) throws MalformedFileException {
        bytes.require(start, end - start, "DWARF");
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** A cursor at the start of bytes. */
    static DwarfCursor of(FileBytes bytes) throws MalformedFileException {
        return new DwarfCursor(bytes, 0, bytes.sizeBytes());
    }

    /** Returns a cursor for a number of bytes from here, which this one skips. */
    DwarfCursor take(long sizeBytes) throws MalformedFileException {
        long start = advance(sizeBytes);
        DwarfCursor part = new DwarfCursor(bytes, start, start + sizeBytes);
        part.isLong = isLong;
        return part;
    }

    boolean hasMore() {
        return at < end;
    }

    long position() {
        return at;
    }

    long remaining() {
        return end - at;
    }

    private long advance(long sizeBytes) throws MalformedFileException {
        if (sizeBytes < 0 || sizeBytes > end - at) {
            throw malformed("it ends before its content");
        }
        long start = at;
        at += sizeBytes;
        return start;
    }

    void skip(long sizeBytes) throws MalformedFileException {
        advance(sizeBytes);
    }

    int u8() throws MalformedFileException {
        return bytes.u8(advance(1));
    }

    int u16() throws MalformedFileException {
        return bytes.u16(advance(2));
    }

    int s32() throws MalformedFileException {
        return bytes.u32(advance(Integer.BYTES));
    }

    long u32() throws MalformedFileException {
        return Integer.toUnsignedLong(s32());
    }

    long u64() throws MalformedFileException {
        return bytes.u64(advance(Long.BYTES));
    }

    /** Reads an unsigned number of 1, 2, 4 or 8 bytes. */
    long unsigned(int sizeBytes) throws MalformedFileException {
        return switch (sizeBytes) {
            case 1 -> u8();
            case 2 -> u16();
            case Integer.BYTES -> u32();
            case Long.BYTES -> u64();
            default -> throw malformed("it has a number of " + sizeBytes + " bytes");
        };
    }

    /** Reads the length of a unit, and notes whether its offsets have four or eight bytes. */
    long initialLength() throws MalformedFileException {
        int length = s32();
        isLong = length == LONG_LENGTH;
        return isLong ? u64() : Integer.toUnsignedLong(length);
    }

    /** Reads an offset, whose size the unit's length has told. */
    long offset() throws MalformedFileException {
        return isLong ? u64() : u32();
    }

    /** Reads a ULEB128 number, of which 64 bits count. */
    long uleb() throws MalformedFileException {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = u8();
            value |= shift < LONGEST_LEB_BITS ? (long) (next & 0x7f) << shift : 0;
            shift += 7;
        } while (next >= 0x80);
        return value;
    }

    /** Reads a ULEB128 number that has to be an {@code int}: an index, a count, a size. */
    int smallUleb() throws MalformedFileException {
        long value = uleb();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed("it has the number " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    /** Reads an SLEB128 number, of which 64 bits count. */
    long sleb() throws MalformedFileException {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = u8();
            value |= shift < LONGEST_LEB_BITS ? (long) (next & 0x7f) << shift : 0;
            shift += 7;
        } while (next >= 0x80);
        boolean isNegative = (next & 0x40) != 0 && shift < LONGEST_LEB_BITS;
        return isNegative ? value | -1L << shift : value;
    }

    /** Reads the text before the next zero byte. */
    String text() throws MalformedFileException {
        String text = bytes.text(at, end, "a name");
        while (u8() != 0) {
            // a byte of the text, whose length in bytes its characters do not tell
        }
        return text;
    }

    /** Returns the bytes of a block. */
    byte[] block(long sizeBytes) throws MalformedFileException {
        long start = advance(sizeBytes);
        return bytes.bytes().asSlice(start, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    MalformedFileException malformed(String problem) {
        return bytes.malformed(at, problem);
    }
}
