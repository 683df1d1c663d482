package dev.orcinus.executor.transport;

import static dev.orcinus.fakes.FakeChannel.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests of the buffers that lines share one after the other. */
final class LineBuffersTest {
    private static final int MOST_FREE = 32;
    private static final int MANY = 2 * MOST_FREE;

    private static List<MemorySegment> take(int count) {
        List<MemorySegment> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(LineBuffers.take());
        }
        return taken;
    }

    private static Set<Long> addresses(List<MemorySegment> buffers) {
        Set<Long> addresses = new HashSet<>();
        buffers.forEach(buffer -> addresses.add(buffer.address()));
        return addresses;
    }

    @Test
    void noMoreBuffersAreKeptThanTheLimit() {
        List<MemorySegment> first = take(MANY);
        first.forEach(LineBuffers::giveBack);
        List<MemorySegment> second = take(MANY);
        assertEquals(MANY, addresses(second).size(), "no two lines have the same buffer");
        Set<Long> kept = addresses(second);
        kept.retainAll(addresses(first));
        assertEquals(MOST_FREE, kept.size());
        assertTrue(second.stream().allMatch(buffer -> buffer.byteSize() == LineBuffers.SIZE_BYTES));
    }

    /** The count must not drift: after many lines there are still buffers for the next ones. */
    @Test
    void buffersAreUsedAgainHoweverManyThereWere() {
        for (int i = 0; i < 3; i++) {
            take(MANY).forEach(LineBuffers::giveBack);
        }
        MemorySegment kept = LineBuffers.take();
        take(MANY);
        LineBuffers.giveBack(kept);
        assertEquals(kept.address(), LineBuffers.take().address());
    }

    @Test
    void aReaderThatIsClosedTwiceGivesItsBufferBackOnce() throws ProtocolException {
        take(MANY);
        FakeChannel channel = new FakeChannel().piece(frame(Opcode.HANGUP, 0, 0));
        FrameReader reader = new FrameReader(channel, new FrameWriter(channel), new NoIdle());
        var _ = reader.next();
        reader.close();
        reader.close();
        assertEquals(2, addresses(take(2)).size());
    }

    /** A thousand lines that wait take no memory for what they might read or write. */
    @Test
    void aLineThatHasSentItsFramesAndHeardNothingHasNoBuffer() throws ProtocolException {
        List<MemorySegment> all = take(MANY);
        long only = all.getFirst().address();
        LineBuffers.giveBack(all.getFirst());
        FakeChannel channel = new FakeChannel().pause().piece(frame(Opcode.HANGUP, 0, 0));
        FrameWriter writer = new FrameWriter(channel);
        List<MemorySegment> free = new ArrayList<>();
        IdleListener waits =
                new NoIdle() {
                    @Override
                    public int patienceMillis() {
                        free.add(LineBuffers.take());
                        return -1;
                    }
                };
        writer.send(new FrameHeader(1, Opcode.SETUP, 0, ExecutorAddress.NULL), new byte[1]);
        var _ = new FrameReader(channel, writer, waits).next();
        assertEquals(List.of(only), free.stream().map(MemorySegment::address).toList());
    }

    @Test
    void twoWritersThatHoldFramesHaveTwoBuffers() throws LineException {
        FakeChannel channel = new FakeChannel();
        FakeChannel other = new FakeChannel();
        try (FrameWriter first = new FrameWriter(channel);
                FrameWriter second = new FrameWriter(other)) {
            first.hold(new FrameHeader(1, Opcode.RESULT, 1, ExecutorAddress.NULL), new byte[] {1});
            second.hold(new FrameHeader(1, Opcode.RESULT, 2, ExecutorAddress.NULL), new byte[] {2});
            first.flush();
            second.flush();
        }
        assertArrayEquals(frame(Opcode.RESULT, 1, 0, (byte) 1), channel.written());
        assertArrayEquals(frame(Opcode.RESULT, 2, 0, (byte) 2), other.written());
    }

    @Test
    void aWriterThatIsClosedGivesItsBufferBack() throws LineException {
        MemorySegment buffer = take(MANY).getFirst();
        LineBuffers.giveBack(buffer);
        FrameWriter writer = new FrameWriter(new FakeChannel());
        writer.hold(new FrameHeader(1, Opcode.RESULT, 1, ExecutorAddress.NULL), new byte[] {1});
        assertNotEquals(buffer.address(), LineBuffers.take().address(), "the writer has it");
        writer.close();
        assertEquals(buffer.address(), LineBuffers.take().address());
    }

    private static class NoIdle implements IdleListener {
        @Override
        public int patienceMillis() {
            return -1;
        }

        @Override
        public int patienceInFrameMillis() {
            return -1;
        }

        @Override
        public void onIdle() {}
    }
}
