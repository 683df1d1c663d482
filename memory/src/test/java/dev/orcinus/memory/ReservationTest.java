package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RX;
import static dev.orcinus.memory.MemoryFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReservationTest {
    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;

    @Test
    void aReservationIsWholePages() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE + 1);
        assertEquals(List.of(AddressRange.of(base, 2 * PAGE)), memory.host.mapped());
        assertEquals(new MemoryManager.Usage(2 * PAGE, 0), manager.usage());
        assertTrue(manager.reserves(base));
        assertTrue(manager.reserves(base.plus(2 * PAGE - 1)));
        assertFalse(manager.reserves(base.plus(2 * PAGE)));
    }

    @Test
    void aReservationOfNothingIsAddressZero() throws AllocationException {
        assertEquals(ExecutorAddress.NULL, manager.reserve(0));
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        assertEquals(0, manager.usage().reservedBytes());
    }

    @Test
    void whatTheOsRefusesIsReported() {
        AllocationException e =
                assertThrows(AllocationException.class, () -> manager.reserve(1L << 40));
        assertEquals("cannot reserve 0x0--0x10000000000: mmap: refused (errno 12)", e.getMessage());
        assertEquals(0, manager.usage().reservedBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -PAGE + 1})
    void aSizeThatHasNoPagesIsRefused(long sizeBytes) {
        assertThrows(AllocationException.class, () -> manager.reserve(sizeBytes));
        assertThrows(AllocationException.class, () -> manager.reserveShared(sizeBytes));
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
    }

    @Test
    void releaseUnmaps() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE);
        Deallocation release = manager.release(List.of(base));
        assertFalse(manager.reserves(base), "off the books at once");
        release.runActions();
        assertEquals(
                List.of(AddressRange.of(base, PAGE)),
                memory.host.mapped(),
                "mapped until the actions have run");
        release.giveBack();
        memory.assertNothingLeft();
    }

    @Test
    void aSecondReleaseFails() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE);
        manager.release(List.of(base)).run();
        assertFails(
                "In release, " + base + " is not part of any reserved address range",
                () -> manager.release(List.of(base)).run());
        memory.assertNothingLeft();
    }

    @Test
    void aBaseNamedTwiceIsReleasedOnce() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE);
        assertFails(
                "In release, " + base + " is not part of any reserved address range",
                () -> manager.release(List.of(base, base)).run());
        memory.assertNothingLeft();
    }

    @Test
    void unknownBasesAreAllReportedAndTheOthersReleased() throws AllocationException {
        ExecutorAddress base = manager.reserve(2 * PAGE);
        ExecutorAddress inside = base.plus(PAGE);
        ExecutorAddress end = base.plus(2 * PAGE);
        assertFails(
                "In release, "
                        + end
                        + " is not part of any reserved address range\n"
                        + "In release, "
                        + inside
                        + " is not part of any reserved address range",
                () -> manager.release(List.of(inside, base, end)).run());
        memory.assertNothingLeft();
    }

    @Test
    void aReservationWithAnAllocationInFlightIsNotReleased() throws AllocationException {
        ExecutorAddress base = manager.reserve(2 * PAGE);
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base.plus(PAGE), PAGE, 0);
        assertFails(
                "In release, an allocation at "
                        + AddressRange.of(base.plus(PAGE), PAGE)
                        + " is in flight",
                () -> manager.release(List.of(base)).run());
        assertTrue(manager.reserves(base));
        allocation.abandon();
        manager.release(List.of(base)).run();
        memory.assertNothingLeft();
    }

    @Test
    void aReservationIsNotReleasedWhileFinalizeActionsRun() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE);
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, 0);
        AllocationAction release =
                new RunnableAction(
                        () -> {
                            assertThrows(
                                    AllocationException.class,
                                    () -> manager.release(List.of(base)).run());
                            assertThrows(
                                    AllocationException.class,
                                    () -> manager.deinitialize(List.of(base)).run());
                            memory.log.write("refused");
                        });
        allocation.finish(List.of(new AllocationActions.Pair(release, AllocationAction.NONE)));
        assertEquals("refused", memory.log.take());
        manager.release(List.of(base)).run();
        memory.assertNothingLeft();
    }

    @Test
    void releaseAllTakesWhatIsInFlightAlong() throws AllocationException {
        ExecutorAddress base = manager.reserve(2 * PAGE);
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, 0);
        manager.close();
        memory.assertNothingLeft();
        memory.host.takeCalls();
        assertThrows(
                AllocationException.class,
                () -> allocation.addSegment(RX, base.plus(PAGE), PAGE, 0));
        assertFails(
                "In initialize, the reservation " + AddressRange.of(base, 2 * PAGE) + " is gone",
                () -> allocation.finish(List.of()));
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        memory.assertNothingLeft();
    }

    @Test
    void closingTwiceClosesOnce() throws AllocationException {
        manager.reserve(PAGE);
        manager.close();
        memory.host.takeCalls();
        manager.close();
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
    }

    @Test
    void aClosedManagerKeepsNothing() throws AllocationException {
        manager.close();
        assertThrows(IllegalStateException.class, () -> manager.reserve(PAGE));
        assertThrows(IllegalStateException.class, () -> manager.reserveShared(PAGE));
        memory.assertNothingLeft();
    }

    @Test
    void anAddressUsedAgainIsANewReservation() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE);
        memory.allocate(base, "a");
        manager.release(List.of(base)).run();
        assertEquals(base, manager.reserve(PAGE), "the fake uses addresses again");
        assertFalse(manager.keyOf(base).isPresent());
        memory.allocate(base, "b");
        manager.close();
        assertEquals("a A b B", memory.log.take());
    }
}
