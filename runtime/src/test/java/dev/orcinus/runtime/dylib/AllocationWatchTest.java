package dev.orcinus.runtime.dylib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AllocationWatchTest {
    private static final AllocGroup READ_EXEC = AllocGroup.ofWire((byte) 5);

    private final MemoryManager manager = new MemoryManager(FakeGuestMemory.withGaps());
    private final List<Object> told = new ArrayList<>();
    private final AllocationWatch watch = new AllocationWatch(Optional.of(manager), told::add);
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(4 * FakeGuestMemory.PAGE);
    }

    private ExecutorAddress page(int number) {
        return base.plus(number * FakeGuestMemory.PAGE);
    }

    /** Allocates a page, with a dealloc action that notes that it has run. */
    private ExecutorAddress allocate(int page) throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(READ_EXEC, page(page), FakeGuestMemory.PAGE, 0);
        return allocation.finish(
                List.of(new AllocationActions.Pair(AllocationAction.NONE, new OwnAction())));
    }

    private final class OwnAction implements AllocationAction {
        @Override
        public void run() {
            told.add("own");
        }

        @Override
        public boolean runsGuestCode() {
            return false;
        }

        @Override
        public ExecutorAddress function() {
            return base;
        }
    }

    private void deallocate(ExecutorAddress key) throws AllocationException {
        manager.deinitialize(List.of(key)).run();
    }

    @Test
    void itTellsOnceBeforeTheAllocationsOwnActions() throws Exception {
        ExecutorAddress key = allocate(1);
        assertEquals(Optional.of(key), watch.watch(page(1).plus(8)));
        assertEquals(Optional.of(key), watch.watch(page(1).plus(16)), "watched already");
        assertEquals(List.of(), told);
        deallocate(key);
        assertEquals(List.of(key, "own"), told);
    }

    @Test
    void itTellsOfEachAllocation() throws Exception {
        ExecutorAddress first = allocate(0);
        ExecutorAddress second = allocate(1);
        ExecutorAddress unwatched = allocate(2);
        watch.watch(first);
        watch.watch(second);
        deallocate(second);
        deallocate(unwatched);
        deallocate(first);
        assertEquals(List.of(second, "own", "own", first, "own"), told);
    }

    /** A second allocation lies at the same address. */
    @Test
    void aLaterAllocationAtTheSameAddressIsWatchedAgain() throws Exception {
        ExecutorAddress key = allocate(1);
        watch.watch(key);
        deallocate(key);
        told.clear();
        assertEquals(key, allocate(1));
        deallocate(key);
        assertEquals(List.of("own"), told, "nobody has watched the second one");
        told.clear();
        allocate(1);
        assertEquals(Optional.of(key), watch.watch(key));
        deallocate(key);
        assertEquals(List.of(key, "own"), told);
    }

    @Test
    void whatLiesInNoAllocationIsNotWatched() {
        assertEquals(Optional.empty(), watch.watch(page(3)));
        assertEquals(Optional.empty(), watch.watch(ExecutorAddress.NULL));
    }

    @Test
    void theKeyIsKnownWithoutWatching() throws Exception {
        ExecutorAddress key = allocate(1);
        assertEquals(Optional.of(key), watch.keyOf(page(1).plus(8)));
        assertEquals(Optional.empty(), watch.keyOf(page(2)));
        deallocate(key);
        assertEquals(List.of("own"), told);
    }

    @Test
    void withoutAMemoryManagerThereIsNothingToWatch() {
        AllocationWatch elsewhere = new AllocationWatch(Optional.empty(), told::add);
        assertEquals(Optional.empty(), elsewhere.watch(base));
        assertEquals(Optional.empty(), elsewhere.keyOf(base));
    }

    /** A release whose only action is ours needs no guest thread. */
    @Test
    void tellingRunsNoGuestCode() throws Exception {
        ExecutorAddress key = allocate(1);
        watch.watch(key);
        var deallocation = manager.deinitialize(List.of(key));
        assertFalse(deallocation.runsGuestCode());
        deallocation.run();
        assertTrue(told.contains(key));
    }
}
