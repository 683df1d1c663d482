package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four mebibytes of zeros and more are asked for, fewer are written. */
final class ManyZerosTest {
    private static final long MANY = 4L << 20;

    private final MemoryFixture memory = new MemoryFixture();
    private final InFlightAllocation allocation = memory.manager.begin();

    /** Reserves memory that guest code has written to. */
    private ExecutorAddress dirty(long sizeBytes) throws AllocationException {
        ExecutorAddress base = memory.manager.reserve(sizeBytes);
        memory.dirty(AddressRange.of(base, sizeBytes));
        memory.host.takeCalls();
        return base;
    }

    @Test
    void manyZerosBehindTheContentAreAskedFor() throws AllocationException {
        ExecutorAddress base = dirty(MANY + 2 * PAGE);
        allocation.addSegment(RW, base, MANY + PAGE, 0x10).fill((byte) 0x11);
        assertEquals(
                List.of("discard " + AddressRange.of(base.plus(PAGE), MANY)),
                memory.host.takeCalls());
        memory.assertBytes(0x11, base, 0x10);
        memory.assertBytes(0, base.plus(0x10), MANY + PAGE - 0x10);
        memory.assertBytes(0xee, base.plus(MANY + PAGE), PAGE);
    }

    @Test
    void fewerZerosAreWritten() throws AllocationException {
        ExecutorAddress base = dirty(MANY + PAGE);
        allocation.addSegment(RW, base, MANY + PAGE - 1, 0x10).fill((byte) 0x11);
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        memory.assertBytes(0, base.plus(0x10), MANY + PAGE - 0x11);
        memory.assertBytes(0xee, base.plus(MANY + PAGE - 1), 1);
    }

    @Test
    void aSegmentOfZerosOnlyIsNotWrittenAtAll() throws AllocationException {
        ExecutorAddress base = dirty(MANY);
        assertEquals(0, allocation.addSegment(RW, base, MANY, 0).byteSize());
        memory.assertBytes(0, base, MANY);
    }

    @Test
    void zerosThatTheHostRefusesAreWritten() throws AllocationException {
        ExecutorAddress base = dirty(MANY + PAGE);
        memory.host.failCall(1);
        allocation.addSegment(RW, base, MANY + PAGE, PAGE).fill((byte) 0x11);
        assertEquals("discard " + AddressRange.of(base.plus(PAGE), MANY), memory.host.failedCall());
        memory.assertBytes(0x11, base, PAGE);
        memory.assertBytes(0, base.plus(PAGE), MANY);
    }

    @Test
    void sharedMemoryIsNotGivenBackToBecomeZeros() throws AllocationException {
        ExecutorAddress base = memory.manager.reserveShared(MANY).range().start();
        memory.host.put(base.plus(MANY - 1), new byte[] {1});
        memory.host.takeCalls();
        allocation.addSegment(RW, base, MANY, 0);
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        memory.assertBytes(0, base.plus(MANY - 1), 1);
    }
}
