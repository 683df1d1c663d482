package dev.orcinus.protocol.epc;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.MalformedFrameException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The 32 bytes in front of every payload: size (header included), opcode, sequence number, tag;
 * each an unsigned 64-bit little-endian number. Mirrors LLVM's {@code FDMsgHeader}.
 *
 * @param payloadBytes the length of the payload
 * @param opcode the purpose of the frame
 * @param sequence the caller's number for the call; a cookie for the callee
 * @param tag the function to call; in a result its kind, which is zero for a value; else zero
 */
public record FrameHeader(long payloadBytes, Opcode opcode, long sequence, ExecutorAddress tag) {
    /** The length of a header. */
    public static final int SIZE_BYTES = 32;

    /**
     * The tag of a result that is an out-of-band error, whose payload is its text as a string. LLVM
     * 24 has it; 19 to 23 end the session when they get it.
     */
    public static final ExecutorAddress OUT_OF_BAND_ERROR = new ExecutorAddress(1);

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Reads a header at {@code offset}.
     *
     * @throws MalformedFrameException if the size is less than a header's or the opcode unknown
     */
    public static FrameHeader read(MemorySegment source, long offset)
            throws MalformedFrameException {
        long size = source.get(LONG, offset);
        if (size >= 0 && size < SIZE_BYTES) {
            throw new MalformedFrameException(
                    "Message size too small: " + size + " bytes, a header alone is " + SIZE_BYTES);
        }
        if (size < 0) {
            throw new MalformedFrameException(
                    "Message size too large: " + Long.toUnsignedString(size) + " bytes");
        }
        long number = source.get(LONG, offset + 8);
        Opcode opcode = Opcode.ofWire(number);
        if (opcode == null) {
            throw new MalformedFrameException(
                    "Unexpected opcode: " + Long.toUnsignedString(number));
        }
        return new FrameHeader(
                size - SIZE_BYTES,
                opcode,
                source.get(LONG, offset + 16),
                new ExecutorAddress(source.get(LONG, offset + 24)));
    }

    /** Writes this header at {@code offset}. */
    public void write(MemorySegment target, long offset) {
        target.set(LONG, offset, payloadBytes + SIZE_BYTES);
        target.set(LONG, offset + 8, opcode.number());
        target.set(LONG, offset + 16, sequence);
        target.set(LONG, offset + 24, tag.value());
    }
}
