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

/** Data that arrives in pieces reads like data that is there as a whole. */
final class SpsStreamTest {
    private static final int SEEDS = 400;
    private static final int[] LARGEST_WINDOWS = {1, 2, 3, 7, 8, 9, 64};

    private static SpsReader whole(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    private static SpsReader inPieces(byte[] bytes, int largest, long seed) {
        return new SpsReader(new WindowedStream(bytes, largest, new Random(seed)), bytes.length);
    }

    @Test
    void randomMessagesReadAlikeFromASegmentAndFromAStream() throws ProtocolException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            checkAlike(RandomShape.of(random, random.nextInt(5)), random, seed);
        }
    }

    private static <T> void checkAlike(RandomShape<T> shape, Random random, long seed)
            throws ProtocolException {
        T value = shape.values().apply(random);
        byte[] bytes = shape.codec().encode(value);
        assertEquals(value, shape.codec().read(whole(bytes)), "seed " + seed);
        for (int largest : LARGEST_WINDOWS) {
            String which = "seed " + seed + ", windows of up to " + largest;
            SpsReader in = inPieces(bytes, largest, seed);
            assertEquals(value, shape.codec().read(in), which);
            assertEquals(bytes.length, in.offset(), which + ": bytes read");
            assertEquals(0, in.remaining(), which + ": bytes left");
        }
    }

    @Test
    void spoiltMessagesFailAlikeFromASegmentAndFromAStream() {
        int failures = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            RandomShape<?> shape = RandomShape.of(random, 1 + random.nextInt(4));
            byte[] bytes = spoilt(shape, random);
            String expected = outcome(shape.codec(), whole(bytes));
            failures += expected.startsWith("SPS data") ? 1 : 0;
            for (int largest : LARGEST_WINDOWS) {
                assertEquals(
                        expected,
                        outcome(shape.codec(), inPieces(bytes, largest, seed)),
                        "seed " + seed + ", windows of up to " + largest);
            }
        }
        assertTrue(failures > SEEDS / 4, failures + " of " + SEEDS + " messages failed");
    }

    /** Returns a value's bytes, cut short or with one byte changed. */
    private static <T> byte[] spoilt(RandomShape<T> shape, Random random) {
        byte[] bytes = shape.codec().encode(shape.values().apply(random));
        if (random.nextBoolean()) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    /** Returns the value and its end, or the error, as text. */
    private static <T> String outcome(SpsCodec<T> codec, SpsReader in) {
        try {
            T value = codec.read(in);
            return value + " to " + in.offset();
        } catch (MalformedSpsException e) {
            return e.getMessage();
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rawReadsAndSkipsKeepBothReadersInStep() throws ProtocolException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            SpsReader whole = whole(bytes);
            SpsReader pieces = inPieces(bytes, 1 + random.nextInt(20), seed);
            while (whole.remaining() > 0) {
                String where = "seed " + seed + ", offset " + whole.offset();
                long how = random.nextLong();
                assertArrayEquals(step(whole, how), step(pieces, how), where);
                assertEquals(whole.offset(), pieces.offset(), where);
                assertEquals(whole.remaining(), pieces.remaining(), where);
            }
        }
    }

    private static byte[] step(SpsReader in, long how) throws ProtocolException {
        Random random = new Random(how);
        int size = (int) Math.min(in.remaining(), random.nextInt(30));
        switch (random.nextInt(4)) {
            case 0 -> in.skip(size);
            case 1 -> {
                return in.remaining() < Long.BYTES
                        ? in.readRest()
                        : new SpsWriter().writeLong(in.readLong()).toBytes();
            }
            case 2 -> {
                return new byte[] {in.readByte()};
            }
            default -> {
                byte[] bytes = new byte[size];
                in.readInto(MemorySegment.ofArray(bytes));
                return bytes;
            }
        }
        return new byte[0];
    }

    @Test
    void readsNoByteBehindItsMessage() throws ProtocolException {
        byte[] twoMessages = new byte[24];
        twoMessages[12] = 7;
        WindowedStream line = new WindowedStream(twoMessages, 64, new Random(0));
        SpsReader first = new SpsReader(line, 12);
        first.skip(12);
        assertThrows(MalformedSpsException.class, first::readByte);
        assertEquals(7, new SpsReader(line, 12).readInt(), "first word of the second message");
    }

    @Test
    void refusesToSkipOrReadBeyondTheEnd() throws ProtocolException {
        for (SpsReader in : new SpsReader[] {whole(new byte[9]), inPieces(new byte[9], 4, 0)}) {
            in.readByte();
            MalformedSpsException e = assertThrows(MalformedSpsException.class, () -> in.skip(9));
            assertEquals("SPS data, offset 0x1: 9 bytes wanted, 8 left", e.getMessage());
            assertThrows(MalformedSpsException.class, () -> in.skip(-1));
            MemorySegment nine = MemorySegment.ofArray(new byte[9]);
            assertThrows(MalformedSpsException.class, () -> in.readInto(nine));
            assertEquals(8, in.readRest().length, "nothing was consumed");
        }
    }

    @Test
    void moreBytesThanAllowedDoNotBecomeObjects() throws ProtocolException {
        byte[] bytes = new SpsWriter().writeBlob(new byte[1000]).writeBlob(new byte[10]).toBytes();
        SpsReader in = inPieces(bytes, 16, 1);
        in.limitObjects(100);
        MalformedSpsException refused = assertThrows(MalformedSpsException.class, in::readBlob);
        assertTrue(
                refused.getMessage().contains("more than 100 bytes of arguments"),
                refused::toString);
        assertEquals(Long.BYTES, in.offset(), "nothing has been read");
    }

    @Test
    void bytesThatTheCallerHasRoomForDoNotCount() throws ProtocolException {
        byte[] bytes = new SpsWriter().writeBlob(new byte[1000]).writeBlob(new byte[10]).toBytes();
        SpsReader in = inPieces(bytes, 16, 1);
        in.limitObjects(50);
        in.readInto(MemorySegment.ofArray(new byte[(int) in.readBlobSize()]));
        assertEquals(10, in.readBlob().length);
        assertEquals(2 * Long.BYTES + 10, in.objectBytes());
        assertEquals(0, in.remaining());
    }

    @Test
    void aLongListOfNumbersIsLimitedToo() {
        SpsWriter out = new SpsWriter().writeLong(1000);
        for (int i = 0; i < 1000; i++) {
            out.writeLong(i);
        }
        byte[] bytes = out.toBytes();
        SpsReader in = inPieces(bytes, 64, 1);
        in.limitObjects(4000);
        assertThrows(MalformedSpsException.class, () -> SpsCodec.sequence(Sps.UINT64).read(in));
        assertTrue(in.offset() <= 4000 + 64, () -> in.offset() + " bytes have been read");
    }

    @Test
    void aBrokenLineIsNoMalformedMessage() {
        SpsReader in = new SpsReader(new WindowedStream(new byte[3], 2, new Random(0)), 8);
        assertThrows(LineException.class, in::readLong);
        SpsReader skipping = new SpsReader(new WindowedStream(new byte[3], 2, new Random(0)), 8);
        assertThrows(LineException.class, () -> skipping.skip(8));
    }

    @Test
    void asManyBytesAsAllowedBecomeObjects() throws ProtocolException {
        byte[] bytes = new SpsWriter().writeBlob(new byte[1000]).writeByte((byte) 1).toBytes();
        SpsReader in = inPieces(bytes, 16, 1);
        in.limitObjects(Long.BYTES + 1000L);
        assertEquals(1000, in.readBlob().length);
        SpsReader less = inPieces(bytes, 16, 1);
        less.limitObjects(Long.BYTES + 999L);
        assertThrows(MalformedSpsException.class, less::readBlob);
    }

    @Test
    void skippedBytesDoNotCount() throws ProtocolException {
        SpsReader in = inPieces(new byte[1000], 16, 1);
        in.limitObjects(40);
        in.skip(980);
        assertEquals(0, in.objectBytes());
        in.readLong();
        assertEquals(8, in.objectBytes());
        assertEquals(12, in.remaining());
    }
}
