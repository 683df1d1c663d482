package dev.orcinus.platform.macos;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;

/**
 * The frame descriptions (FDEs) of an {@code .eh_frame} section. A record is a 32-bit length, or
 * all ones and a 64-bit one, then a 32-bit id, which is 0 in the records that FDEs share (CIEs). A
 * length of 0 ends the section (LSB, "Exception Frames").
 *
 * @param start the section's address
 * @param section its bytes
 */
record FrameDescriptions(long start, MemorySegment section) {
    private static final int LONG_LENGTH = -1;

    /** Calls {@code action} with the address of each FDE. */
    void forEach(LongConsumer action) {
        long at = 0;
        while (at + 2 * Integer.BYTES <= section.byteSize()) {
            int length = section.get(JAVA_INT_UNALIGNED, at);
            if (length == 0) {
                return;
            }
            long id = at + (length == LONG_LENGTH ? Integer.BYTES + Long.BYTES : Integer.BYTES);
            if (section.get(JAVA_INT_UNALIGNED, id) != 0) {
                action.accept(start + at);
            }
            at = id + bytesAfterLength(at, length);
        }
    }

    private long bytesAfterLength(long at, int length) {
        return length == LONG_LENGTH
                ? section.get(JAVA_LONG_UNALIGNED, at + Integer.BYTES)
                : Integer.toUnsignedLong(length);
    }
}
