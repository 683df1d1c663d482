package dev.orcinus.executor.transport;

import static dev.orcinus.fakes.FakeChannel.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FrameWriterTest {
    private static final int BUFFER_BYTES = 64 << 10;

    private final FakeChannel channel = new FakeChannel();
    private final FrameWriter writer = new FrameWriter(channel);

    @AfterEach
    void close() {
        writer.close();
    }

    private static FrameHeader result(long sequence, byte[] payload) {
        return new FrameHeader(payload.length, Opcode.RESULT, sequence, ExecutorAddress.NULL);
    }

    private void hold(long sequence, byte... payload) throws LineException {
        writer.hold(result(sequence, payload), payload);
    }

    private void send(long sequence, byte... payload) throws LineException {
        writer.send(result(sequence, payload), payload);
    }

    @Test
    void aFrameIsSentInOnePiece() throws LineException {
        send(5, (byte) 1, (byte) 2);
        assertEquals(List.of("write 34"), channel.events());
        assertArrayEquals(frame(Opcode.RESULT, 5, 0, (byte) 1, (byte) 2), channel.written());
    }

    @Test
    void heldFramesGoTogetherWithTheNextThatIsSent() throws LineException {
        hold(1);
        hold(2, (byte) 7);
        assertEquals(List.of(), channel.events());
        send(3);
        assertEquals(List.of("write 97"), channel.events());
        writer.flush();
        assertEquals(List.of("write 97"), channel.events());
    }

    @Test
    void framesThatDoNotFitBehindTheHeldOnesPushThemOut() throws LineException {
        hold(1, new byte[BUFFER_BYTES - FrameHeader.SIZE_BYTES]);
        assertEquals(List.of(), channel.events());
        hold(2, (byte) 1);
        assertEquals(List.of("write 65536"), channel.events());
        writer.flush();
        assertEquals(List.of("write 65536", "write 33"), channel.events());
    }

    @Test
    void framesThatFillTheBufferGoTogether() throws LineException {
        hold(1);
        hold(2, new byte[BUFFER_BYTES - 2 * FrameHeader.SIZE_BYTES]);
        writer.flush();
        assertEquals(List.of("write 65536"), channel.events());
    }

    @Test
    void aFrameLargerThanTheBufferKeepsItsPlace() throws LineException, MalformedFrameException {
        byte[] large = new byte[3 * BUFFER_BYTES];
        new Random(1).nextBytes(large);
        hold(1, (byte) 1);
        hold(2, large);
        hold(3, (byte) 2);
        writer.flush();
        assertEquals(1, channel.writtenHeader(0).sequence());
        assertEquals(2, channel.writtenHeader(33).sequence());
        assertEquals(large.length, channel.writtenHeader(33).payloadBytes());
        assertArrayEquals(
                large, Arrays.copyOfRange(channel.written(), 33 + 32, 33 + 32 + large.length));
        assertEquals(3, channel.writtenHeader(33 + 32 + large.length).sequence());
    }

    @Test
    void framesOfManyThreadsAreNotMixed() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte mark = (byte) i;
                senders.add(threads.submit(() -> sendMany(mark)));
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        }
        byte[] all = channel.written();
        int at = 0;
        int count = 0;
        while (at < all.length) {
            FrameHeader header = channel.writtenHeader(at);
            int end = at + FrameHeader.SIZE_BYTES + (int) header.payloadBytes();
            for (int i = at + FrameHeader.SIZE_BYTES; i < end; i++) {
                assertEquals((byte) header.sequence(), all[i], "byte " + i);
            }
            at = end;
            count++;
        }
        assertEquals(8 * 100, count);
    }

    private Void sendMany(byte mark) throws LineException {
        for (int i = 0; i < 100; i++) {
            byte[] payload = new byte[i * 7];
            Arrays.fill(payload, mark);
            send(mark, payload);
        }
        return null;
    }

    @Test
    void aLineThatFailsIsAnErrorInTheSystemsWords() {
        channel.failWrites("Broken pipe");
        LineException failure = assertThrows(LineException.class, () -> send(1));
        assertEquals("Broken pipe", failure.getMessage());
        byte[] large = new byte[BUFFER_BYTES];
        assertThrows(LineException.class, () -> send(1, large));
    }

    @Test
    void afterAFrameThatMayBeCutShortNothingIsSentAndTheLineIsDown() throws LineException {
        hold(1);
        channel.failWrites("the peer has not read for 30000 ms");
        assertThrows(LineException.class, writer::flush);
        assertEquals(List.of("shutdown"), channel.events());
        channel.failWrites(null);
        LineException later = assertThrows(LineException.class, () -> send(2));
        assertEquals("the peer has not read for 30000 ms", later.getMessage());
        assertThrows(LineException.class, writer::flush);
        assertThrows(LineException.class, () -> hold(3));
        assertEquals(0, channel.written().length);
    }

    @Test
    void aClosedWriterRefusesAndMayBeClosedAgain() {
        writer.close();
        writer.close();
        LineException refused = assertThrows(LineException.class, () -> send(1));
        assertEquals("the session is closed", refused.getMessage());
    }
}
