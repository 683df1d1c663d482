package dev.orcinus.executor.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeChannel;
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
    void aReaderThatIsClosedTwiceGivesItsBufferBackOnce() {
        take(MANY);
        FakeChannel channel = new FakeChannel();
        FrameReader reader = new FrameReader(channel, new FrameWriter(channel), new NoIdle());
        reader.close();
        reader.close();
        assertEquals(2, addresses(take(2)).size());
    }

    private static final class NoIdle implements IdleListener {
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
