package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.memory.AllocationActions.Pair;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllocationActionsTest {
    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;
    private final ActionLog log = memory.log;
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(4 * PAGE);
    }

    private static String failed(String half, int index, int count, String name, Object range) {
        return half
                + " action "
                + index
                + " of "
                + count
                + " (function "
                + ActionLog.address(name)
                + ") of allocation "
                + range
                + ": "
                + name
                + " fails";
    }

    @Test
    void finalizeActionsRunInOrderAndDeallocActionsInReverse() throws AllocationException {
        memory.allocate(base, "a", "b", "c");
        assertEquals("a b c", log.take());
        manager.deinitialize(List.of(base)).run();
        assertEquals("C B A", log.take());
    }

    @Test
    void missingHalvesAreSkipped() throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, 0);
        allocation.finish(
                List.of(
                        new Pair(AllocationAction.NONE, log.action("A")),
                        new Pair(log.action("b"), AllocationAction.NONE),
                        new Pair(AllocationAction.NONE, AllocationAction.NONE),
                        log.pair("d")));
        assertEquals("b d", log.take());
        log.fail("A");
        assertFails(failed("dealloc", 2, 2, "A", AddressRange.of(base, PAGE)), manager::close);
        assertEquals("D A", log.take());
    }

    @ParameterizedTest
    @CsvSource({"a, 1, 'a'", "b, 2, 'a b A'", "c, 3, 'a b c B A'", "d, 4, 'a b c d C B A'"})
    void aFailingFinalizeActionUndoesThoseBeforeIt(String name, int index, String ran)
            throws AllocationException {
        log.fail(name);
        memory.dirty(AddressRange.of(base, PAGE));
        assertFails(
                failed("finalize", index, 4, name, AddressRange.of(base, PAGE)),
                () -> memory.allocate(base, "a", "b", "c", "d"));
        assertEquals(ran, log.take());
        assertEquals(0, manager.usage().allocationCount());
        memory.assertFree(base, 4 * PAGE);
        manager.close();
        assertEquals("", log.take(), "nothing runs twice");
    }

    @Test
    void whatFailsWhileUndoingIsReportedWithTheReason() throws AllocationException {
        log.fail("d").fail("A").fail("C");
        AddressRange range = AddressRange.of(base, PAGE);
        assertFails(
                failed("finalize", 4, 4, "d", range)
                        + "\n"
                        + failed("dealloc", 1, 3, "C", range)
                        + "\n"
                        + failed("dealloc", 3, 3, "A", range),
                () -> memory.allocate(base, "a", "b", "c", "d"));
        assertEquals("a b c d C B A", log.take());
        memory.assertFree(base, 4 * PAGE);
    }

    @Test
    void aFailingDeallocActionStopsNothing() throws AllocationException {
        log.fail("B").fail("Z");
        memory.allocate(base, "a", "b", "c");
        memory.allocate(base.plus(PAGE), "y", "z");
        AddressRange first = AddressRange.of(base, PAGE);
        AddressRange second = AddressRange.of(base.plus(PAGE), PAGE);
        assertFails(
                failed("dealloc", 1, 2, "Z", second) + "\n" + failed("dealloc", 2, 3, "B", first),
                () -> manager.release(List.of(base)).run());
        assertEquals("a b c y z Z Y C B A", log.take());
        memory.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anActionThatThrowsHasFailed(boolean inDealloc) throws AllocationException {
        AllocationAction bad =
                new RunnableAction(
                        () -> {
                            throw new IllegalStateException("thrown");
                        });
        Pair pair = inDealloc ? new Pair(log.action("b"), bad) : new Pair(bad, log.action("B"));
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, 0);
        AllocationException e =
                assertFails(
                        (inDealloc ? "dealloc action 1 of 2" : "finalize action 2 of 2")
                                + " (function 0x77) of allocation "
                                + AddressRange.of(base, PAGE)
                                + ": thrown",
                        () -> {
                            allocation.finish(List.of(log.pair("a"), pair));
                            manager.deinitialize(List.of(base)).run();
                        });
        assertInstanceOf(IllegalStateException.class, e.getCause());
        assertEquals(inDealloc ? "a b A" : "a A", log.take());
        memory.assertFree(base, 4 * PAGE);
        manager.close();
        memory.assertNothingLeft();
    }

    @Test
    void theFailureKnowsTheMemoryThatItIsAbout() {
        log.fail("a");
        AllocationException e =
                assertFails(
                        failed("finalize", 1, 1, "a", AddressRange.of(base, PAGE)),
                        () -> memory.allocate(base, "a"));
        assertEquals(AddressRange.of(base, PAGE), e.range());
    }

    @Test
    void eitherHalfMayRunGuestCode() {
        log.guest("a").guest("B");
        assertTrue(log.pair("a").runsGuestCode());
        assertTrue(log.pair("b").runsGuestCode());
        assertFalse(log.pair("c").runsGuestCode());
        assertFalse(AllocationAction.NONE.runsGuestCode());
        assertTrue(AllocationAction.NONE.function().isNull());
    }

    @Test
    void aDeallocationRunsGuestCodeIfOneOfItsActionsDoes() throws AllocationException {
        log.guest("B").guest("c");
        memory.allocate(base, "a");
        memory.allocate(base.plus(PAGE), "b");
        memory.allocate(base.plus(2 * PAGE), "c");
        assertFalse(manager.deinitialize(List.of(base)).runsGuestCode());
        assertFalse(
                manager.deinitialize(List.of(base.plus(2 * PAGE))).runsGuestCode(),
                "its finalize action did, its dealloc action does not");
        assertTrue(manager.release(List.of(base)).runsGuestCode());
    }
}
