package dev.orcinus.protocol.sps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.WindowedStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts and sizes that are too large: no memory is allocated for bytes that do not exist. */
final class SpsCountTest {
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

    private static byte[] countThen(long count, int elementBytes) {
        byte[] bytes = new SpsWriter().writeLong(count).toBytes();
        return Arrays.copyOf(bytes, bytes.length + elementBytes);
    }

    private static SpsReader reader(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {5, 1 << 20, LARGEST_ARRAY, 1L << 31, 1L << 61, Long.MAX_VALUE, 1L << 63, -1})
    void aCountThatTheDataCannotHoldIsRefusedAtOnce(long count) {
        byte[] lie = countThen(count, 16);
        String expected =
                "SPS data, offset 0x0: a sequence of "
                        + Long.toUnsignedString(count)
                        + " elements in 16 bytes";
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> SpsCodec.sequence(Sps.UINT32).read(reader(lie)));
        assertEquals(expected, e.getMessage());
    }

    @Test
    void theLargestCountThatFitsIsRead() throws ProtocolException {
        assertEquals(
                4, SpsCodec.sequence(Sps.UINT32).read(reader(countThen(4, 16))).size(), "elements");
    }

    @Test
    void aCountIsMeasuredByTheLeastSizeOfItsElements() {
        byte[] threeStringsIn23Bytes = countThen(3, 23);
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> SpsCodec.sequence(Sps.STRING).read(reader(threeStringsIn23Bytes)));
        assertEquals(0, e.offset());
    }

    @ParameterizedTest
    @ValueSource(longs = {17, LARGEST_ARRAY, 1L << 31, Long.MAX_VALUE, 1L << 63, -1})
    void aBlobLongerThanTheDataIsRefused(long size) {
        byte[] lie = countThen(size, 16);
        String expected =
                "SPS data, offset 0x0: a blob of "
                        + Long.toUnsignedString(size)
                        + " bytes in 16 bytes";
        MalformedSpsException e =
                assertThrows(MalformedSpsException.class, () -> reader(lie).readBlobSize());
        assertEquals(expected, e.getMessage());
        assertThrows(MalformedSpsException.class, () -> Sps.BLOB.read(reader(lie)));
        assertThrows(MalformedSpsException.class, () -> Sps.STRING.read(reader(lie)));
    }

    @Test
    void aBlobMayFillTheDataToTheLastByte() throws ProtocolException {
        assertEquals(16, reader(countThen(16, 16)).readBlobSize());
        assertEquals(16, Sps.BLOB.read(reader(countThen(16, 16))).length);
    }

    @Test
    void aBlobMayBeLargerThanAnArrayIfItIsNotReadIntoOne() throws ProtocolException {
        byte[] head = countThen(1L << 40, 0);
        SpsReader in = new SpsReader(new WindowedStream(head, 8, new Random(1)), 1L << 41);
        assertEquals(1L << 40, in.readBlobSize());
        SpsReader again = new SpsReader(new WindowedStream(head, 8, new Random(1)), 1L << 41);
        assertThrows(MalformedSpsException.class, again::readBlob);
    }

    @Test
    void aBlobOnALineGetsMemoryOnlyAsItComes() {
        WindowedStream line = new WindowedStream(countThen(LARGEST_ARRAY, 100), 64, new Random(2));
        SpsReader in = new SpsReader(line, Long.MAX_VALUE);
        assertThrows(LineException.class, () -> Sps.BLOB.read(in));
        assertTrue(
                line.largestRequestBytes() <= 1 << 20,
                "room for " + line.largestRequestBytes() + " bytes after 100 had come");
    }

    @Test
    void theRestOfALineGetsMemoryOnlyAsItComes() {
        WindowedStream line = new WindowedStream(new byte[100], 64, new Random(4));
        assertThrows(LineException.class, () -> new SpsReader(line, LARGEST_ARRAY - 1).readRest());
        assertTrue(
                line.largestRequestBytes() <= 1 << 20,
                "room for " + line.largestRequestBytes() + " bytes after 100 had come");
    }

    @Test
    void aRestThatNoArrayHoldsIsRefused() {
        WindowedStream line = new WindowedStream(new byte[100], 64, new Random(5));
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> new SpsReader(line, LARGEST_ARRAY + 1).readRest());
        assertEquals(
                "SPS data, offset 0x0: 2147483640 bytes are too many for one call", e.getMessage());
    }

    @Test
    void aLargeBlobArrivesWhole() throws ProtocolException {
        byte[] blob = new byte[(3 << 20) + 5];
        new Random(6).nextBytes(blob);
        byte[] wire = new SpsWriter().writeBlob(blob).writeByte((byte) 9).toBytes();
        SpsReader in = new SpsReader(new WindowedStream(wire, 70_000, new Random(7)), wire.length);
        assertArrayEquals(blob, in.readBlob());
        assertEquals(9, in.readByte());
        assertEquals(0, in.remaining());
    }

    @Test
    void anEmptyBlobIsNoError() throws ProtocolException {
        assertEquals(0, reader(countThen(0, 0)).readBlobSize());
        assertEquals(0, reader(countThen(0, 16)).readBlobSize());
    }

    @Test
    void aRestThatAnArrayJustHoldsIsRead() {
        WindowedStream line = new WindowedStream(new byte[100], 64, new Random(5));
        SpsReader in = new SpsReader(line, LARGEST_ARRAY);
        assertThrows(LineException.class, in::readRest, "the line breaks while it is read");
    }

    @Test
    void whatHasBeenReadDoesNotCountAsBytesThatHaveCome() throws ProtocolException {
        int skipped = 3 << 19;
        byte[] data = Arrays.copyOf(countThen(LARGEST_ARRAY, 0), skipped + 100);
        System.arraycopy(data, 0, data, skipped, Long.BYTES);
        WindowedStream line = new WindowedStream(data, Integer.MAX_VALUE, new Random(2));
        SpsReader in = new SpsReader(line, Long.MAX_VALUE);
        in.skip(skipped);
        assertThrows(LineException.class, in::readBlob);
        assertTrue(
                line.largestRequestBytes() <= 1 << 20,
                "room for " + line.largestRequestBytes() + " bytes after 92 had come");
    }
}
