package dev.orcinus.executor.transport;

import static dev.orcinus.fakes.FakeChannel.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
    private static final int BUFFER_BYTES = 64 << 10;

    private final FakeChannel channel = new FakeChannel();
    private final FrameWriter writer = new FrameWriter(channel);
    private final Idle idle = new Idle();
    private final FrameReader reader = new FrameReader(channel, writer, idle);

    /** A listener that allows 10, 20, 30 ms of sleep and records their ends. */
    private static final class Idle implements IdleListener {
        private int asked;
        private int patienceInFrameMillis = -1;
        private final List<Integer> idleAfter = new ArrayList<>();
        private Runnable meanwhile = () -> {};

        @Override
        public int patienceMillis() {
            asked++;
            return 10 * asked;
        }

        @Override
        public int patienceInFrameMillis() {
            return patienceInFrameMillis;
        }

        @Override
        public void onIdle() {
            idleAfter.add(asked);
            meanwhile.run();
        }
    }

    @AfterEach
    void close() {
        reader.close();
        writer.close();
    }

    private static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] joined = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    private static void assertNext(
            FrameReader from, Opcode opcode, long sequence, long tag, byte[] payload)
            throws ProtocolException {
        FrameHeader expected =
                new FrameHeader(payload.length, opcode, sequence, new ExecutorAddress(tag));
        assertEquals(expected, from.next());
        assertArrayEquals(payload, from.payload().readRest());
    }

    @Test
    void framesThatAreCutAnywhereAreTheSameFrames() throws ProtocolException {
        byte[] both =
                join(
                        frame(Opcode.CALL_WRAPPER, -1, 0x1000, (byte) 1, (byte) 2, (byte) 3),
                        frame(Opcode.RESULT, 7, 0, bytes(40, 1)));
        for (int cut = 0; cut <= both.length; cut++) {
            FakeChannel line = new FakeChannel();
            line.piece(Arrays.copyOf(both, cut)).pause();
            line.piece(Arrays.copyOfRange(both, cut, both.length));
            try (FrameReader cutReader = new FrameReader(line, new FrameWriter(line), new Idle())) {
                assertNext(cutReader, Opcode.CALL_WRAPPER, -1, 0x1000, new byte[] {1, 2, 3});
                assertNext(cutReader, Opcode.RESULT, 7, 0, bytes(40, 1));
                assertNull(cutReader.next(), "cut at " + cut);
            }
        }
    }

    @Test
    void bytesThatComeOneByOneMakeFrames() throws ProtocolException {
        for (byte one : frame(Opcode.CALL_WRAPPER, 3, 0x20, bytes(100, 2))) {
            channel.piece(one).pause();
        }
        assertNext(reader, Opcode.CALL_WRAPPER, 3, 0x20, bytes(100, 2));
        assertNull(reader.next());
    }

    @Test
    void aFrameAtAnyPlaceAcrossTheEndOfTheBufferIsWhole() throws ProtocolException {
        byte[] second = frame(Opcode.CALL_WRAPPER, 2, 0x30, bytes(24, 3));
        for (int left = 0; left <= second.length; left++) {
            byte[] filler = bytes(BUFFER_BYTES - FrameHeader.SIZE_BYTES - left, 4);
            FakeChannel line = new FakeChannel();
            line.piece(join(frame(Opcode.CALL_WRAPPER, 1, 0x10, filler), second, second));
            try (FrameReader full = new FrameReader(line, new FrameWriter(line), new Idle())) {
                assertNext(full, Opcode.CALL_WRAPPER, 1, 0x10, filler);
                assertNext(full, Opcode.CALL_WRAPPER, 2, 0x30, bytes(24, 3));
                assertNext(full, Opcode.CALL_WRAPPER, 2, 0x30, bytes(24, 3));
                assertNull(full.next(), left + " bytes at the end of the buffer");
            }
        }
    }

    @Test
    void aPayloadThatIsLargerThanTheBufferStreams() throws ProtocolException {
        byte[] payload = bytes(3 * BUFFER_BYTES + 5, 5);
        channel.piece(
                join(
                        frame(Opcode.CALL_WRAPPER, 1, 0x10, payload),
                        frame(Opcode.RESULT, 2, 0, (byte) 9)));
        assertNext(reader, Opcode.CALL_WRAPPER, 1, 0x10, payload);
        assertNext(reader, Opcode.RESULT, 2, 0, new byte[] {9});
        assertNull(reader.next());
    }

    @Test
    void partsOfALargePayloadGoWhereTheyAreWanted() throws ProtocolException {
        byte[] payload = bytes(3 * BUFFER_BYTES, 6);
        channel.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, payload));
        reader.next();
        SpsReader in = reader.payload();
        in.skip(8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(2 * BUFFER_BYTES + 8L);
            in.readInto(target);
            assertArrayEquals(
                    Arrays.copyOfRange(payload, 8, 2 * BUFFER_BYTES + 16),
                    target.toArray(ValueLayout.JAVA_BYTE));
        }
        assertArrayEquals(
                Arrays.copyOfRange(payload, 2 * BUFFER_BYTES + 16, payload.length), in.readRest());
        assertNull(reader.next());
    }

    @Test
    void aPayloadThatNobodyReadsIsPassedOver() throws ProtocolException {
        byte[] large = frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(2 * BUFFER_BYTES, 7));
        byte[] small = frame(Opcode.CALL_WRAPPER, 2, 0x10, bytes(50, 8));
        channel.piece(join(large, small, frame(Opcode.HANGUP, 3, 0)));
        assertEquals(1, reader.next().sequence());
        assertEquals(2, reader.next().sequence());
        assertEquals(3, reader.next().sequence());
        assertEquals(0, reader.payload().remaining());
    }

    @Test
    void halfReadPayloadsDoNotShiftWhatFollows() throws ProtocolException {
        channel.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(2 * BUFFER_BYTES, 9)));
        channel.piece(frame(Opcode.RESULT, 2, 0, (byte) 4));
        reader.next();
        reader.payload().skip(BUFFER_BYTES + 3L);
        assertNext(reader, Opcode.RESULT, 2, 0, new byte[] {4});
    }

    @Test
    void whatIsHeldBackIsSentBeforeTheReaderWaits() throws ProtocolException {
        channel.pause().piece(frame(Opcode.HANGUP, 0, 0));
        writer.hold(new FrameHeader(1, Opcode.RESULT, 1, ExecutorAddress.NULL), new byte[] {1});
        reader.next();
        assertEquals(List.of("write 33", "wait 10"), channel.events());
    }

    @Test
    void whatIsHeldBackIsSentBeforeALargePayloadIsAwaited() throws ProtocolException {
        byte[] large = frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(2 * BUFFER_BYTES, 10));
        channel.piece(large);
        reader.next();
        writer.hold(new FrameHeader(0, Opcode.RESULT, 1, ExecutorAddress.NULL), new byte[0]);
        assertEquals(List.of(), channel.events());
        reader.payload();
        assertEquals(List.of("write 32"), channel.events());
    }

    @Test
    void whatIsHeldBackStaysWhileFramesAreAtHand() throws ProtocolException {
        byte[] one = frame(Opcode.CALL_WRAPPER, 1, 0x10);
        channel.piece(join(one, one));
        reader.next();
        writer.hold(new FrameHeader(0, Opcode.RESULT, 1, ExecutorAddress.NULL), new byte[0]);
        reader.next();
        assertEquals(List.of(), channel.events());
    }

    /** Who has more to read keeps its turn to read: see CallReader. */
    @Test
    void moreIsHereOnceBytesBehindTheFrameHaveBeenRead() throws ProtocolException {
        byte[] first = frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(9, 15));
        channel.piece(join(first, frame(Opcode.RESULT, 2, 0, bytes(9, 16))));
        reader.next();
        assertTrue(reader.hasMore());
        reader.payload();
        assertTrue(reader.hasMore());
        reader.next();
        assertFalse(reader.hasMore(), "a payload is part of its frame");
    }

    @Test
    void aSilentLineIsReportedEachTimeThatPatienceIsOver() throws ProtocolException {
        channel.pause().pause().pause().piece(frame(Opcode.HANGUP, 0, 0));
        reader.next();
        assertEquals(List.of("wait 10", "wait 20", "wait 30"), channel.events());
        assertEquals(List.of(1, 2), idle.idleAfter);
    }

    @Test
    void theEndBetweenFramesIsNoError() throws ProtocolException {
        channel.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(10, 11)));
        reader.next();
        assertNull(reader.next());
        assertNull(reader.next());
    }

    @Test
    void aClosedReaderReadsNoMore() throws ProtocolException {
        channel.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(2 * BUFFER_BYTES, 14)));
        reader.next();
        SpsReader in = reader.payload();
        reader.close();
        reader.close();
        assertThrows(IllegalStateException.class, in::readByte);
        assertThrows(IllegalStateException.class, reader::next);
        FrameReader fresh = new FrameReader(channel, writer, idle);
        fresh.close();
        assertThrows(IllegalStateException.class, fresh::next);
    }

    @Test
    void theEndInsideOfAHeaderNamesTheBytes() {
        for (int size = 1; size < FrameHeader.SIZE_BYTES; size++) {
            FakeChannel line = new FakeChannel();
            line.piece(Arrays.copyOf(frame(Opcode.HANGUP, 0, 0), size));
            try (FrameReader cut = new FrameReader(line, new FrameWriter(line), new Idle())) {
                LineException end = assertThrows(LineException.class, cut::next);
                assertEquals(
                        "Unexpected end-of-file: " + size + " bytes of a header of 32",
                        end.getMessage());
            }
        }
    }

    @Test
    void theEndInsideOfALaterHeaderNamesItsBytesOnly() throws ProtocolException {
        channel.piece(join(frame(Opcode.RESULT, 1, 0, bytes(9, 1)), new byte[] {32, 0, 0}));
        assertNext(reader, Opcode.RESULT, 1, 0, bytes(9, 1));
        LineException end = assertThrows(LineException.class, reader::next);
        assertEquals("Unexpected end-of-file: 3 bytes of a header of 32", end.getMessage());
    }

    @Test
    void theEndInsideOfAPayloadNamesTheMissingBytes() throws ProtocolException {
        byte[] frame = frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(100, 12));
        channel.piece(Arrays.copyOf(frame, FrameHeader.SIZE_BYTES + 40));
        reader.next();
        SpsReader in = reader.payload();
        in.skip(40);
        LineException end = assertThrows(LineException.class, in::readByte);
        assertEquals("Unexpected end-of-file: 60 bytes of a payload are missing", end.getMessage());
    }

    @Test
    void theEndInsideOfAPayloadThatNobodyReadsIsAnErrorToo() throws ProtocolException {
        channel.piece(Arrays.copyOf(frame(Opcode.RESULT, 1, 0, bytes(9, 1)), 40));
        reader.next();
        assertThrows(LineException.class, reader::next);
    }

    @Test
    void anErrorOfTheLineIsToldInTheSystemsWords() {
        channel.failReads("Connection reset by peer");
        LineException failure = assertThrows(LineException.class, reader::next);
        assertEquals("Connection reset by peer", failure.getMessage());
    }

    @Test
    void anEndThatAFailedWriteHasMadeIsThatFailure() {
        channel.failWrites("Broken pipe");
        FrameHeader result = new FrameHeader(0, Opcode.RESULT, 1, ExecutorAddress.NULL);
        assertThrows(LineException.class, () -> writer.send(result, new byte[0]));
        LineException end = assertThrows(LineException.class, reader::next);
        assertEquals("Broken pipe", end.getMessage());
    }

    @Test
    void aWriteThatFailsWhileTheReaderWaitsIsTheReasonOfTheEnd() {
        channel.pause().pause();
        FrameHeader result = new FrameHeader(0, Opcode.RESULT, 1, ExecutorAddress.NULL);
        idle.meanwhile =
                () -> {
                    channel.failWrites("Broken pipe");
                    assertThrows(LineException.class, () -> writer.send(result, new byte[0]));
                };
        LineException end = assertThrows(LineException.class, reader::next);
        assertEquals("Broken pipe", end.getMessage());
    }

    @Test
    void aHeaderThatLiesIsMalformed() {
        channel.piece(join(new byte[] {31}, new byte[31]));
        assertThrows(MalformedFrameException.class, reader::next);
    }

    @Test
    void aPayloadOfTheBuffersSizeNeedsNoStream() throws ProtocolException {
        byte[] payload = bytes(BUFFER_BYTES - FrameHeader.SIZE_BYTES, 13);
        channel.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, payload));
        assertNext(reader, Opcode.CALL_WRAPPER, 1, 0x10, payload);
        assertFalse(channel.events().contains("wait 10"));
    }

    /** A payload that is larger than the buffer comes in pieces, with a pause before each. */
    private void addPieces(byte[] payload, int pauses) {
        byte[] frame = frame(Opcode.CALL_WRAPPER, 1, 2, payload);
        int half = frame.length / 2;
        channel.piece(Arrays.copyOf(frame, half));
        for (int i = 0; i < pauses; i++) {
            channel.pause();
        }
        channel.piece(Arrays.copyOfRange(frame, half, frame.length));
    }

    @Test
    void aFrameMayComeWithPausesThatAreShortEnough() throws ProtocolException {
        idle.patienceInFrameMillis = 300;
        byte[] payload = bytes(3 * BUFFER_BYTES, 5);
        addPieces(payload, 1);
        reader.next();
        byte[] read = new byte[payload.length];
        reader.payload().readInto(MemorySegment.ofArray(read));
        assertArrayEquals(payload, read);
        assertEquals(List.of("wait 300"), channel.events());
        assertNull(reader.next());
    }

    @Test
    void silenceInsideOfAFrameEndsTheLineAfterTheLimit() throws ProtocolException {
        idle.patienceInFrameMillis = 300;
        byte[] payload = bytes(3 * BUFFER_BYTES, 6);
        addPieces(payload, 2);
        reader.next();
        SpsReader arguments = reader.payload();
        MemorySegment target = MemorySegment.ofArray(new byte[payload.length]);
        String reason =
                assertThrows(LineException.class, () -> arguments.readInto(target)).getMessage();
        assertEquals("the controller has said nothing for 300 ms inside of a frame", reason);
        assertEquals(List.of(), idle.idleAfter, "it is no silence between frames");
    }

    @Test
    void silenceInTheRestOfAFrameThatIsSkippedEndsTheLineToo() throws ProtocolException {
        idle.patienceInFrameMillis = 300;
        addPieces(bytes(3 * BUFFER_BYTES, 7), 2);
        reader.next();
        assertThrows(LineException.class, reader::next);
    }

    @Test
    void silenceMayBeForbidden() throws ProtocolException {
        idle.patienceInFrameMillis = 0;
        addPieces(bytes(3 * BUFFER_BYTES, 8), 2);
        reader.next();
        LineException end = assertThrows(LineException.class, reader::next);
        assertEquals(
                "the controller has said nothing for 0 ms inside of a frame", end.getMessage());
        assertEquals(List.of("wait 0"), channel.events());
    }

    /** What is in the buffer may be more than is wanted, and what comes later belongs to others. */
    @Test
    void memoryOfTheJvmGetsWhatItHasRoomFor() throws ProtocolException {
        byte[] payload = bytes(3 * BUFFER_BYTES, 17);
        channel.piece(
                join(
                        frame(Opcode.CALL_WRAPPER, 1, 0x10, payload),
                        frame(Opcode.RESULT, 2, 0, bytes(100, 18))));
        reader.next();
        SpsReader in = reader.payload();
        byte[] first = new byte[10];
        in.readInto(MemorySegment.ofArray(first));
        assertArrayEquals(Arrays.copyOf(payload, 10), first);
        byte[] rest = new byte[payload.length - 10];
        in.readInto(MemorySegment.ofArray(rest));
        assertArrayEquals(Arrays.copyOfRange(payload, 10, payload.length), rest);
        assertNext(reader, Opcode.RESULT, 2, 0, bytes(100, 18));
        assertNull(reader.next());
    }

    @Test
    void whatIsHeldBackStaysIfAPayloadIsAtHand() throws ProtocolException {
        channel.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, bytes(9, 19)));
        reader.next();
        writer.hold(new FrameHeader(0, Opcode.RESULT, 1, ExecutorAddress.NULL), new byte[0]);
        assertArrayEquals(bytes(9, 19), reader.payload().readRest());
        assertEquals(List.of(), channel.events());
    }

    /** A channel on which a frame has arrived once a reader has looked for it some times. */
    private static final class Looked {
        private static final long TICK_NANOS = 10_000;

        private final FakeChannel line = new FakeChannel();
        private final Idle idle = new Idle();
        private long nanos;
        private int looks;
        private int arrivesAtLook;

        private final FrameReader reader =
                new FrameReader(channel(), new FrameWriter(line), idle, () -> nanos);

        private HostChannel channel() {
            return (HostChannel)
                    Proxy.newProxyInstance(
                            HostChannel.class.getClassLoader(),
                            new Class<?>[] {HostChannel.class},
                            (_, method, arguments) -> {
                                switch (method.getName()) {
                                    case "readNow" -> {
                                        looks++;
                                        nanos += TICK_NANOS;
                                        if (looks < arrivesAtLook) {
                                            return 0L;
                                        }
                                    }
                                    case "awaitReadable" -> arrivesAtLook = 0;
                                    default -> {} // as it is
                                }
                                return method.invoke(line, arguments);
                            });
        }

        /** Reads a frame that arrives at a look, and returns how many there were. */
        int looksFor(int arrival) throws ProtocolException {
            line.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10));
            looks = 0;
            arrivesAtLook = arrival;
            assertEquals(1, reader.next().sequence());
            return looks;
        }

        int sleeps() {
            return idle.asked;
        }
    }

    /** To look takes a tick of ten microseconds here, and the first frame is looked for for 50. */
    @Test
    void aFrameIsLookedForBeforeTheReaderSleeps() throws ProtocolException {
        Looked looked = new Looked();
        assertEquals(5, looked.looksFor(5));
        assertEquals(0, looked.sleeps());
        assertEquals(6, looked.looksFor(99), "five times in vain, and once after it has slept");
        assertEquals(1, looked.sleeps());
        assertEquals(4, looked.looksFor(99), "half as long");
        assertEquals(2, looked.sleeps());
        assertEquals(1, looked.looksFor(1));
        assertEquals(5, looked.looksFor(5), "as long as at first, after a success");
        assertEquals(2, looked.sleeps());
    }

    /** Reads a large payload, and returns the memory that the channel has read it into. */
    private List<MemorySegment> readInto(MemorySegment target) throws ProtocolException {
        FakeChannel line = new FakeChannel();
        List<MemorySegment> memory = new ArrayList<>();
        HostChannel noting =
                (HostChannel)
                        Proxy.newProxyInstance(
                                HostChannel.class.getClassLoader(),
                                new Class<?>[] {HostChannel.class},
                                (_, method, arguments) -> {
                                    if (method.getName().equals("read")) {
                                        memory.add((MemorySegment) arguments[0]);
                                    }
                                    return method.invoke(line, arguments);
                                });
        byte[] payload = bytes((int) target.byteSize(), 20);
        line.piece(frame(Opcode.CALL_WRAPPER, 1, 0x10, payload));
        try (FrameReader from = new FrameReader(noting, new FrameWriter(line), idle)) {
            from.next();
            from.payload().readInto(target);
        }
        assertArrayEquals(payload, target.toArray(ValueLayout.JAVA_BYTE));
        return memory;
    }

    /** Contents go to their final pages; a channel knows no memory of the JVM. */
    @Test
    void nativeMemoryIsReadIntoWithoutACopyBetween() throws ProtocolException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(3 * BUFFER_BYTES);
            List<MemorySegment> memory = readInto(target);
            assertFalse(memory.isEmpty());
            memory.forEach(part -> assertTrue(target.asOverlappingSlice(part).isPresent()));
        }
        List<MemorySegment> memory = readInto(MemorySegment.ofArray(new byte[3 * BUFFER_BYTES]));
        assertFalse(memory.isEmpty());
        memory.forEach(part -> assertTrue(part.isNative()));
    }
}
