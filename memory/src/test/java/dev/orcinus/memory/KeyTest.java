package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RW;
import static dev.orcinus.memory.MemoryFixture.TRANSIENT;
import static dev.orcinus.memory.MemoryFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the address by which an allocation is known. */
final class KeyTest {
    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;
    private final InFlightAllocation allocation = manager.begin();
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(8 * PAGE);
    }

    @Test
    void theKeyIsTheLowestSegmentAddressInAnyOrder() throws AllocationException {
        assertTrue(allocation.isEmpty());
        allocation.addSegment(R, base.plus(4 * PAGE), PAGE, 0);
        allocation.addSegment(R, base.plus(2 * PAGE), PAGE, 0);
        allocation.addSegment(R, base.plus(6 * PAGE), PAGE, 0);
        assertFalse(allocation.isEmpty());
        assertEquals(base.plus(2 * PAGE), allocation.key());
        assertEquals(base.plus(2 * PAGE), allocation.finish(List.of()));
    }

    @Test
    void anAllocationIsFoundByEachOfItsPages() throws AllocationException {
        allocation.addSegment(R, base.plus(PAGE), 0x10, 0);
        allocation.addSegment(RW, base.plus(4 * PAGE), PAGE, 0);
        ExecutorAddress key = allocation.finish(List.of());
        assertEquals(Optional.of(key), manager.keyOf(base.plus(PAGE)));
        assertEquals(Optional.of(key), manager.keyOf(base.plus(2 * PAGE - 1)), "rest of a page");
        assertEquals(Optional.of(key), manager.keyOf(base.plus(4 * PAGE)));
        assertEquals(Optional.empty(), manager.keyOf(base));
        assertEquals(Optional.empty(), manager.keyOf(base.plus(2 * PAGE)), "page between");
        assertEquals(Optional.empty(), manager.keyOf(base.plus(8 * PAGE)), "outside");
    }

    @Test
    void anAllocationIsFoundFromItsFirstFinalizeActionOn() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        assertEquals(Optional.empty(), manager.keyOf(base), "in flight");
        RunnableAction look =
                new RunnableAction(() -> memory.log.write(manager.keyOf(base).toString()));
        allocation.finish(List.of(new AllocationActions.Pair(look, AllocationAction.NONE)));
        assertEquals("Optional[" + base + "]", memory.log.take());
    }

    @Test
    void finalizeLifetimeMemoryBelongsToNoAllocationAfterwards() throws AllocationException {
        allocation.addSegment(TRANSIENT, base, PAGE, 0);
        allocation.addSegment(R, base.plus(PAGE), PAGE, 0);
        assertEquals(base, allocation.finish(List.of()));
        assertEquals(Optional.empty(), manager.keyOf(base));
        assertEquals(Optional.of(base), manager.keyOf(base.plus(PAGE)));
    }

    @Test
    void aKeyIsNotGivenTwice() throws AllocationException {
        memory.allocate(TRANSIENT, base, PAGE, "a");
        allocation.addSegment(R, base, PAGE, 0);
        assertFails(
                "In initialize, an allocation with the key " + base + " exists",
                () -> allocation.finish(memory.log.pairs("b")));
        assertEquals("a", memory.log.take(), "no action of the second has run");
        memory.assertFree(base, PAGE);
        manager.close();
        assertEquals("A", memory.log.take());
        memory.assertNothingLeft();
    }

    @Test
    void llvm19FinalizesWholeReservations() throws AllocationException {
        allocation.requireWholeReservation();
        allocation.addSegment(R, base.plus(PAGE), PAGE, 0);
        assertFails(
                "Attempt to finalize unrecognized allocation " + base.plus(PAGE),
                allocation::requireWholeReservation);
        allocation.addSegment(R, base, PAGE, 0);
        allocation.requireWholeReservation();
    }

    @Test
    void usageCountsAllocationsUntilTheyGo() throws AllocationException {
        memory.allocate(base);
        memory.allocate(base.plus(PAGE));
        assertEquals(new MemoryManager.Usage(8 * PAGE, 2), manager.usage());
        manager.deinitialize(List.of(base)).run();
        assertEquals(new MemoryManager.Usage(8 * PAGE, 1), manager.usage());
        manager.release(List.of(base)).run();
        assertEquals(new MemoryManager.Usage(0, 0), manager.usage());
    }
}
