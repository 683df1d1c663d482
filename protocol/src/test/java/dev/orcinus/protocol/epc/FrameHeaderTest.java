package dev.orcinus.protocol.epc;

import static dev.orcinus.protocol.Wire.address;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.Wire;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameHeaderTest {
    private static MemorySegment raw(long size, long opcode) {
        SpsWriter out = new SpsWriter().writeLong(size).writeLong(opcode).writeLong(0).writeLong(0);
        return MemorySegment.ofArray(out.toBytes());
    }

    private static byte[] bytes(FrameHeader header) {
        byte[] bytes = new byte[FrameHeader.SIZE_BYTES];
        header.write(MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    /** The frame of epc-protocol.md 1.1: reserve(0x2000), LLVM 22. */
    @Test
    void aCapturedCallReadsAndWrites() throws MalformedFrameException {
        String fixture = "30.. | 03.. | 02.. | b0075de2af55..";
        FrameHeader call = new FrameHeader(16, Opcode.CALL_WRAPPER, 2, address(0x55af_e25d_07b0L));
        assertEquals(call, FrameHeader.read(Wire.segment(fixture), 0));
        assertArrayEquals(Wire.of(fixture), bytes(call));
    }

    /** The result of that call. */
    @Test
    void aCapturedResultReadsAndWrites() throws MalformedFrameException {
        String fixture = "29.. | 02.. | 02.. | 00..";
        FrameHeader result = new FrameHeader(9, Opcode.RESULT, 2, address(0));
        assertEquals(result, FrameHeader.read(Wire.segment(fixture), 0));
        assertArrayEquals(Wire.of(fixture), bytes(result));
    }

    @ParameterizedTest
    @CsvSource({"0, SETUP", "1, HANGUP", "2, RESULT", "3, CALL_WRAPPER"})
    void opcodesHaveLlvmsNumbers(long number, Opcode opcode) throws MalformedFrameException {
        assertEquals(opcode, FrameHeader.read(raw(32, number), 0).opcode());
        FrameHeader header = new FrameHeader(0, opcode, 0, address(0));
        assertArrayEquals(raw(32, number).toArray(ValueLayout.JAVA_BYTE), bytes(header));
    }

    @ParameterizedTest
    @CsvSource({
        "4, 4",
        "0x103, 259",
        "0x100000003, 4294967299",
        "-1, 18446744073709551615",
        "-9223372036854775808, 9223372036854775808"
    })
    void otherOpcodesAreRefusedWhole(String number, String text) {
        MalformedFrameException e =
                assertThrows(
                        MalformedFrameException.class,
                        () -> FrameHeader.read(raw(32, Long.decode(number)), 0));
        assertEquals("Unexpected opcode: " + text, e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31})
    void aSizeBelowThatOfAHeaderIsRefused(long size) {
        MalformedFrameException e =
                assertThrows(
                        MalformedFrameException.class, () -> FrameHeader.read(raw(size, 3), 0));
        assertEquals(
                "Message size too small: " + size + " bytes, a header alone is 32", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"32, 0", "33, 1", "9223372036854775807, 9223372036854775775"})
    void theSizeCountsTheHeader(long size, long payloadBytes) throws MalformedFrameException {
        FrameHeader header = FrameHeader.read(raw(size, 2), 0);
        assertEquals(payloadBytes, header.payloadBytes());
        assertArrayEquals(raw(size, 2).toArray(ValueLayout.JAVA_BYTE), bytes(header));
    }

    @ParameterizedTest
    @CsvSource({"-9223372036854775808, 9223372036854775808", "-1, 18446744073709551615"})
    void aSizeFrom2To63OnIsRefused(long size, String text) {
        MalformedFrameException e =
                assertThrows(
                        MalformedFrameException.class, () -> FrameHeader.read(raw(size, 3), 0));
        assertEquals("Message size too large: " + text + " bytes", e.getMessage());
    }

    @Test
    void sequenceAndTagAreSixtyFourOpaqueBits() throws MalformedFrameException {
        FrameHeader header = new FrameHeader(0, Opcode.RESULT, -1, address(-2));
        MemorySegment bytes = MemorySegment.ofArray(bytes(header));
        assertEquals(header, FrameHeader.read(bytes, 0));
        assertArrayEquals(
                Wire.of("20.. | 02.. | ffffffffffffffff | feffffffffffffff"), bytes(header));
    }

    @Test
    void liesAtAnyOffset() throws MalformedFrameException {
        FrameHeader header = new FrameHeader(5, Opcode.HANGUP, 0x0102, address(0x0304));
        for (int offset = 0; offset <= 9; offset++) {
            MemorySegment buffer = MemorySegment.ofArray(new byte[offset + 32]);
            header.write(buffer, offset);
            assertEquals(header, FrameHeader.read(buffer, offset), "offset " + offset);
        }
    }
}
