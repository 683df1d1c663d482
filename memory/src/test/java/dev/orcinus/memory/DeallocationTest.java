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
import dev.orcinus.platform.MemProt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeallocationTest {
    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;
    private final ActionLog log = memory.log;
    private final List<String> ran = new ArrayList<>();
    private boolean lives = true;
    private boolean isEndedByOthers;
    private ExecutorAddress base;

    private final ActionGuest guest =
            new ActionGuest() {
                @Override
                public boolean lives() {
                    return lives;
                }

                @Override
                public boolean isEndedByOthers() {
                    return isEndedByOthers;
                }
            };

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(8 * PAGE);
    }

    private static String unknownKey(ExecutorAddress key) {
        return "In deinitialize, address "
                + key
                + " does not correspond to the start of any initialized region";
    }

    @Test
    void deinitializeFreesThePagesAndKeepsTheReservation() throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, PAGE).fill((byte) 0x11);
        allocation.addSegment(RX, base.plus(2 * PAGE), PAGE, PAGE).fill((byte) 0x22);
        ExecutorAddress key = allocation.finish(List.of());
        manager.deinitialize(List.of(key)).run();
        memory.assertFree(base, 8 * PAGE);
        assertTrue(manager.reserves(base));
        assertTrue(manager.keyOf(base).isEmpty());
    }

    @Test
    void codeThatLeavesIsKnownUntilItIsUnmapped() throws AllocationException {
        memory.allocate(RX, base, PAGE, "a");
        assertFalse(manager.holdsLeavingCode(base));
        Deallocation release = manager.release(List.of(base));
        assertFalse(manager.holdsCode(base));
        assertTrue(manager.holdsLeavingCode(base), "its dealloc actions call it");
        assertFalse(manager.holdsLeavingCode(base.plus(PAGE)));
        release.run();
        assertFalse(manager.holdsLeavingCode(base));
    }

    @Test
    void onlyBooksWithoutReservationsAreClosedBeforeTheirEnd() throws AllocationException {
        assertFalse(manager.closeIfEmpty());
        ExecutorAddress other = manager.reserve(PAGE);
        manager.release(List.of(base, other)).run();
        assertTrue(manager.closeIfEmpty());
        assertThrows(IllegalStateException.class, () -> manager.reserve(PAGE));
    }

    @Test
    void aDeinitializedRangeIsInitializedAgain() throws AllocationException {
        memory.allocate(RX, base, 2 * PAGE, "a");
        manager.deinitialize(List.of(base)).run();
        memory.allocate(R, base.plus(PAGE), PAGE, "b");
        memory.allocate(RX, base, PAGE, "c");
        assertEquals(MemProt.READ_EXEC, memory.host.protAt(base));
        assertEquals(MemProt.READ, memory.host.protAt(base.plus(PAGE)));
        manager.close();
        assertEquals("a A b c C B", log.take());
    }

    /** An action that runs guest code, or does not, and ends the guest perhaps. */
    private AllocationActions.Pair action(String entry, boolean isOfGuest) {
        return new AllocationActions.Pair(
                AllocationAction.NONE,
                new AllocationAction() {
                    @Override
                    public void run() throws ActionFailedException {
                        ran.add(entry);
                        if (entry.equals("crash")) {
                            lives = false;
                            throw new ActionFailedException("the guest has ended");
                        }
                    }

                    @Override
                    public boolean runsGuestCode() {
                        return isOfGuest;
                    }

                    @Override
                    public ExecutorAddress function() {
                        return base;
                    }
                });
    }

    private ExecutorAddress allocate(long offset, AllocationActions.Pair... actions)
            throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base.plus(offset), PAGE, 0);
        return allocation.finish(List.of(actions));
    }

    @Test
    void actionsWhoseWorkTheEndOfTheGuestHasUndoneRunAgain() throws AllocationException {
        ExecutorAddress one = allocate(0, action("a", true), action("crash", true));
        ExecutorAddress two =
                allocate(PAGE, action("b", true), action("c", false), action("d", true));
        Deallocation deallocation = manager.deinitialize(List.of(one, two));
        deallocation.runActions(guest);
        assertEquals(List.of("d", "c", "b", "crash"), ran);
        lives = true;
        ran.clear();
        assertTrue(deallocation.runsGuestCode());
        deallocation.runActions(guest);
        assertEquals(List.of("d", "b", "a"), ran);
        assertFalse(deallocation.runsGuestCode());
        assertThrows(AllocationException.class, deallocation::giveBack);
        memory.assertFree(base, 8 * PAGE);
    }

    @Test
    void anActionDuringWhichOthersEndTheGuestRunsOnceMore() throws AllocationException {
        ExecutorAddress key = allocate(0, action("a", true), action("crash", true));
        Deallocation deallocation = manager.deinitialize(List.of(key));
        isEndedByOthers = true;
        deallocation.runActions(guest);
        deallocation.runActions(guest);
        assertEquals(List.of("crash", "crash"), ran);
        lives = true;
        deallocation.runActions(guest);
        assertEquals(List.of("crash", "crash", "a"), ran);
        AllocationException failed =
                assertThrows(AllocationException.class, deallocation::giveBack);
        assertEquals(0, failed.getSuppressed().length);
        assertTrue(failed.getMessage().contains("dealloc action 1 of 2 "), failed.getMessage());
    }

    /** What it has done is undone. */
    @Test
    void anActionDuringWhichOthersEndTheGuestHasNotFailed() throws AllocationException {
        ExecutorAddress key = allocate(0, action("crash", true));
        isEndedByOthers = true;
        Deallocation deallocation = manager.deinitialize(List.of(key));
        deallocation.runActions(guest);
        assertTrue(deallocation.runsGuestCode());
        deallocation.giveBack();
        memory.assertFree(base, 8 * PAGE);
    }

    @Test
    void pagesAreTakenUntilTheirDeallocActionsHaveRun() throws AllocationException {
        memory.allocate(base, "a");
        Deallocation deallocation = manager.deinitialize(List.of(base));
        assertTrue(manager.keyOf(base).isEmpty(), "off the books at once");
        assertThrows(AllocationException.class, () -> memory.allocate(base, "b"));
        deallocation.runActions();
        assertEquals(MemProt.READ, memory.host.protAt(base), "protected until given back");
        assertThrows(AllocationException.class, () -> memory.allocate(base, "b"));
        deallocation.giveBack();
        memory.allocate(base, "b");
        assertEquals("a A b", log.take());
    }

    @Test
    void theLastKeyIsDealtWithFirst() throws AllocationException {
        memory.allocate(base, "a");
        memory.allocate(base.plus(PAGE), "b");
        memory.allocate(base.plus(2 * PAGE), "c");
        log.take();
        manager.deinitialize(List.of(base.plus(PAGE), base.plus(2 * PAGE), base)).run();
        assertEquals("A C B", log.take());
    }

    @Test
    void unknownKeysAreAllReportedAndTheOthersDeinitialized() throws AllocationException {
        memory.allocate(base, "a");
        ExecutorAddress free = base.plus(PAGE);
        ExecutorAddress outside = base.plus(8 * PAGE);
        assertFails(
                unknownKey(outside) + "\n" + unknownKey(free),
                () -> manager.deinitialize(List.of(free, base, outside)).run());
        assertEquals("a A", log.take());
    }

    @Test
    void aSecondDeinitializeFailsAndRunsNothing() throws AllocationException {
        memory.allocate(base, "a");
        manager.deinitialize(List.of(base)).run();
        assertFails(unknownKey(base), () -> manager.deinitialize(List.of(base)).run());
        assertEquals("a A", log.take());
    }

    @Test
    void aKeyNamedTwiceIsDeinitializedOnce() throws AllocationException {
        memory.allocate(base, "a");
        assertFails(unknownKey(base), () -> manager.deinitialize(List.of(base, base)).run());
        assertEquals("a A", log.take());
    }

    @Test
    void onlyTheLowestAddressIsAKey() throws AllocationException {
        memory.allocate(R, base, 2 * PAGE, "a");
        ExecutorAddress inside = base.plus(PAGE);
        assertFails(unknownKey(inside), () -> manager.deinitialize(List.of(inside)).run());
        assertEquals("a", log.take());
    }

    @Test
    void releaseRunsTheYoungestAllocationsActionsFirstWhereverItLies() throws AllocationException {
        memory.allocate(base.plus(2 * PAGE), "a", "b");
        memory.allocate(base, "c", "d");
        memory.allocate(base.plus(PAGE), "e", "f");
        log.take();
        manager.release(List.of(base)).run();
        assertEquals("F E D C B A", log.take());
    }

    @Test
    void releaseRunsTheActionsOfTheLastBaseFirst() throws AllocationException {
        ExecutorAddress other = manager.reserve(PAGE);
        memory.allocate(base, "q", "p");
        memory.allocate(other, "x", "y");
        memory.allocate(base.plus(PAGE), "r");
        log.take();
        manager.release(List.of(other, base)).run();
        assertEquals("R P Q Y X", log.take());
    }

    @Test
    void releaseUnmapsNothingBeforeAllActionsHaveRun() throws AllocationException {
        ExecutorAddress other = manager.reserve(PAGE);
        RunnableAction look =
                new RunnableAction(() -> log.write(memory.host.mapped().size() + " mapped"));
        memory.allocate(base, "a");
        memory.allocate(other, "b");
        manager.onDealloc(base, look);
        manager.onDealloc(other, look);
        log.take();
        manager.release(List.of(base, other)).run();
        assertEquals("2 mapped B 2 mapped A", log.take());
        memory.assertNothingLeft();
    }

    @Test
    void releaseAllRunsTheYoungestAllocationsActionsFirstAcrossReservations()
            throws AllocationException {
        ExecutorAddress other = manager.reserve(4 * PAGE);
        memory.allocate(base, "a");
        memory.allocate(other, "b");
        memory.allocate(base.plus(PAGE), "c");
        memory.allocate(other.plus(PAGE), "d");
        log.take();
        manager.releaseAll().run();
        assertEquals("D C B A", log.take());
        memory.assertNothingLeft();
    }

    @Test
    void releaseAllLeavesOutWhatIsBeingDeinitialized() throws AllocationException {
        memory.allocate(base, "a");
        memory.allocate(base.plus(PAGE), "b");
        Deallocation first = manager.deinitialize(List.of(base));
        manager.releaseAll().run();
        first.run();
        assertEquals("a b B A", log.take());
        memory.assertNothingLeft();
    }

    @Test
    void aLateDeinitializeDoesNotTouchAnotherReservationAtItsAddress() throws AllocationException {
        memory.allocate(base, "a");
        Deallocation late = manager.deinitialize(List.of(base));
        manager.release(List.of(base)).run();
        assertEquals(base, manager.reserve(8 * PAGE), "the fake uses addresses again");
        memory.allocate(RX, base, PAGE, "b");
        memory.host.takeCalls();
        late.run();
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        assertEquals(MemProt.READ_EXEC, memory.host.protAt(base));
    }

    @Test
    void whatIsRegisteredLaterRunsBeforeTheDeallocActions() throws AllocationException {
        memory.allocate(base, "a", "b");
        assertTrue(manager.onDealloc(base, log.action("first")));
        assertTrue(manager.onDealloc(base.plus(PAGE - 1), log.action("second")));
        manager.deinitialize(List.of(base)).run();
        assertEquals("a b second first B A", log.take());
    }

    @Test
    void whatAFinalizeActionRegistersRunsInItsPlace() throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, 0);
        RunnableAction register =
                new RunnableAction(() -> manager.onDealloc(base, log.action("registered")));
        allocation.finish(
                List.of(
                        log.pair("a"),
                        new AllocationActions.Pair(register, log.action("B")),
                        log.pair("c")));
        manager.close();
        assertEquals("a c C B registered A", log.take());
    }

    @Test
    void whatAFailingRequestRegisteredIsUndone() throws AllocationException {
        log.fail("c");
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, 0);
        RunnableAction register =
                new RunnableAction(() -> manager.onDealloc(base, log.action("registered")));
        assertThrows(
                AllocationException.class,
                () ->
                        allocation.finish(
                                List.of(
                                        new AllocationActions.Pair(register, AllocationAction.NONE),
                                        log.pair("c"))));
        assertEquals("c registered", log.take());
    }

    @Test
    void nothingIsRegisteredWithMemoryThatNoAllocationHolds() throws AllocationException {
        memory.allocate(base);
        Deallocation deallocation = manager.deinitialize(List.of(base));
        for (ExecutorAddress no : List.of(base, base.plus(PAGE), base.plus(8 * PAGE))) {
            assertFalse(manager.onDealloc(no, log.action("never")), "at " + no);
        }
        deallocation.run();
        assertEquals("", log.take());
    }

    @Test
    void aDeallocationThatRunsTwiceRunsItsActionsOnce() throws AllocationException {
        memory.allocate(base, "a");
        Deallocation deallocation = manager.deinitialize(List.of(base));
        deallocation.run();
        memory.allocate(base, "b");
        memory.host.takeCalls();
        deallocation.run();
        assertEquals("a A b", log.take());
        assertEquals(List.of(), memory.host.takeCalls(), "calls of the host");
        assertEquals(
                List.of(AddressRange.of(base, 8 * PAGE)), memory.host.mapped(), "still mapped");
    }
}
