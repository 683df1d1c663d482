package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RW;
import static dev.orcinus.memory.MemoryFixture.RX;
import static dev.orcinus.memory.MemoryFixture.TRANSIENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contents of the memory, and its protection. */
final class ContentTest {
    private static final long SIZE = 4 * PAGE;

    private final MemoryFixture memory = new MemoryFixture();
    private final InFlightAllocation allocation = memory.manager.begin();
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = memory.manager.reserve(SIZE);
        memory.host.takeCalls();
    }

    @Test
    void contentIsFollowedByZerosToTheEndOfTheSegment() throws AllocationException {
        memory.dirty(AddressRange.of(base, SIZE));
        allocation.addSegment(RX, base, 0x900, 0x58).fill((byte) 0x11);
        memory.assertBytes(0x11, base, 0x58);
        memory.assertBytes(0, base.plus(0x58), 0x900 - 0x58);
        memory.assertBytes(0xee, base.plus(0x900), SIZE - 0x900);
    }

    @Test
    void contentMayFillItsSegmentAndBeEmpty() throws AllocationException {
        memory.dirty(AddressRange.of(base, SIZE));
        allocation.addSegment(RX, base, PAGE, PAGE).fill((byte) 0x11);
        assertEquals(0, allocation.addSegment(RW, base.plus(PAGE), PAGE, 0).byteSize());
        memory.assertBytes(0x11, base, PAGE);
        memory.assertBytes(0, base.plus(PAGE), PAGE);
        memory.assertBytes(0xee, base.plus(2 * PAGE), PAGE);
    }

    @Test
    void memoryIsProtectedOnlyByFinish() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0x10);
        allocation.addSegment(RX, base.plus(PAGE), PAGE, 0x10);
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        assertEquals(MemProt.READ_WRITE, memory.host.protAt(base));
        allocation.finish(List.of());
        assertEquals(MemProt.READ, memory.host.protAt(base));
        assertEquals(MemProt.READ_EXEC, memory.host.protAt(base.plus(PAGE)));
        assertEquals(MemProt.READ_WRITE, memory.host.protAt(base.plus(2 * PAGE)), "page between");
    }

    @Test
    void allSegmentsArePublishedWithOneRequestInTheirOrder() throws AllocationException {
        allocation.addSegment(R, base, 0x58, 0x58);
        allocation.addSegment(RX, base.plus(PAGE), 0x1e, 0x1e);
        allocation.finish(List.of());
        assertEquals(
                List.of(
                        "protect " + AddressRange.of(base, PAGE) + " r--",
                        "protect " + AddressRange.of(base.plus(PAGE), PAGE) + " r-x"),
                memory.host.takeCalls());
        assertEquals(1, memory.host.publishRequests());
    }

    @Test
    void actionsRunOnProtectedMemory() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        RunnableAction look =
                new RunnableAction(() -> memory.log.write(memory.host.protAt(base).toString()));
        allocation.finish(List.of(new AllocationActions.Pair(look, AllocationAction.NONE)));
        assertEquals("r--", memory.log.take());
    }

    @Test
    void finalizeLifetimeMemoryIsFreeAfterTheActions() throws AllocationException {
        allocation.addSegment(TRANSIENT, base, PAGE, PAGE).fill((byte) 0x11);
        allocation.addSegment(R, base.plus(PAGE), PAGE, PAGE).fill((byte) 0x22);
        RunnableAction look =
                new RunnableAction(
                        () -> {
                            memory.assertBytes(0x11, base, PAGE);
                            memory.log.write("seen");
                        });
        AllocationActions.Pair pair = new AllocationActions.Pair(look, AllocationAction.NONE);
        assertEquals(base, allocation.finish(List.of(pair)), "key: the lowest segment of all");
        assertEquals("seen", memory.log.take());
        memory.assertFree(base, PAGE);
        memory.assertBytes(0x22, base.plus(PAGE), PAGE);
    }

    @Test
    void finalizeLifetimeMemoryOfOneAllocationServesTheNext() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        allocation.addSegment(TRANSIENT, base.plus(PAGE), PAGE, 0);
        allocation.finish(memory.log.pairs("a"));
        ExecutorAddress next = memory.allocate(base.plus(PAGE), "b");
        memory.manager.deinitialize(List.of(base)).run();
        assertEquals(MemProt.READ, memory.host.protAt(next), "the next one is untouched");
        memory.manager.deinitialize(List.of(next)).run();
        assertEquals("a b A B", memory.log.take());
        memory.assertFree(base, SIZE);
    }

    @Test
    void anAllocationOfFinalizeLifetimeOnlyKeepsItsDeallocActions() throws AllocationException {
        ExecutorAddress key = memory.allocate(TRANSIENT, base, SIZE, "a");
        memory.assertFree(base, SIZE);
        memory.manager.deinitialize(List.of(key)).run();
        assertEquals("a A", memory.log.take());
    }

    @Test
    void anAllocationEndsOnce() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        allocation.finish(List.of());
        assertThrows(IllegalStateException.class, () -> allocation.finish(List.of()));
        assertThrows(
                IllegalStateException.class,
                () -> allocation.addSegment(R, base.plus(PAGE), PAGE, 0));
        memory.host.takeCalls();
        allocation.abandon();
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        assertEquals(1, memory.manager.usage().allocationCount());
    }

    @Test
    void anAbandonedAllocationLeavesItsPagesFree() throws AllocationException {
        allocation.addSegment(R, base, PAGE, PAGE).fill((byte) 0x11);
        allocation.addSegment(RX, base.plus(2 * PAGE), PAGE, PAGE).fill((byte) 0x22);
        allocation.abandon();
        memory.assertFree(base, SIZE);
        assertThrows(IllegalStateException.class, () -> allocation.finish(List.of()));
        assertEquals(0, memory.manager.usage().allocationCount());
    }

    @Test
    void abandoningWhatHasBeenReleasedTouchesNothing() throws AllocationException {
        allocation.addSegment(R, base, PAGE, PAGE);
        memory.manager.close();
        memory.host.takeCalls();
        allocation.abandon();
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
    }
}
