package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RW;
import static dev.orcinus.memory.MemoryFixture.RX;
import static dev.orcinus.memory.MemoryFixture.TRANSIENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each host call fails once: nothing leaks, no action runs twice, the failure names the call. */
final class UndoTest {
    private static final long SIZE = 8 * PAGE;
    private static final int MORE_THAN_ALL_CALLS = 100;

    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;

    private InFlightAllocation fill(ExecutorAddress base) throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(R, base, PAGE, PAGE).fill((byte) 0x11);
        allocation.addSegment(TRANSIENT, base.plus(PAGE), PAGE, PAGE).fill((byte) 0x22);
        allocation.addSegment(RX, base.plus(2 * PAGE), 0x1e, 0x1e).fill((byte) 0x33);
        allocation.addSegment(TRANSIENT, base.plus(4 * PAGE), PAGE, 8).fill((byte) 0x44);
        allocation.addSegment(RW, base.plus(SIZE), 0, 0);
        return allocation;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aFinishThatFailsLeavesItsPagesFree(int nth) throws AllocationException {
        ExecutorAddress base = manager.reserve(SIZE);
        InFlightAllocation allocation = fill(base);
        memory.host.failCall(nth);
        AllocationException e =
                assertThrows(
                        AllocationException.class,
                        () -> allocation.finish(memory.log.pairs("a", "b")));
        assertTrue(e.getMessage().contains(memory.host.failedCall()), e.getMessage());
        assertEquals(nth <= 4 ? "" : "a b B A", memory.log.take(), "actions");
        assertEquals(0, manager.usage().allocationCount());
        memory.assertFree(base, SIZE);
        assertEquals(base, fill(base).finish(memory.log.pairs("c")), "a second try");
        manager.close();
        assertEquals("c C", memory.log.take());
        memory.assertNothingLeft();
    }

    @Test
    void aFinishHasSixCallsThatMayFail() throws AllocationException {
        InFlightAllocation allocation = fill(manager.reserve(SIZE));
        memory.host.takeCalls();
        allocation.finish(List.of());
        assertEquals(6, memory.host.takeCalls().size(), "the test above goes through them all");
    }

    @Test
    void finalizeLifetimeMemoryThatOneFailureFreedIsNotFreedAgain() throws AllocationException {
        ExecutorAddress base = manager.reserve(SIZE);
        InFlightAllocation allocation = fill(base);
        memory.host.takeCalls();
        memory.host.failCall(6);
        assertThrows(AllocationException.class, () -> allocation.finish(List.of()));
        String discard = "discard " + AddressRange.of(base.plus(PAGE), PAGE);
        assertEquals(1, memory.host.takeCalls().stream().filter(discard::equals).count(), discard);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void pagesThatCannotBeFreedStayTakenUntilTheirReservationGoes(int nth)
            throws AllocationException {
        ExecutorAddress base = manager.reserve(SIZE);
        InFlightAllocation allocation = fill(base);
        memory.host.failCall(nth);
        AllocationException e = assertThrows(AllocationException.class, allocation::abandon);
        assertEquals(
                "cannot free " + e.range() + ": discard " + e.range() + ": made to fail (errno 5)",
                e.fullMessage());
        assertThrows(
                AllocationException.class,
                () -> memory.allocate(e.range().start()),
                "the pages may be protected or dirty");
        for (long page : new long[] {0, 1, 2, 4}) {
            ExecutorAddress address = base.plus(page * PAGE);
            if (!address.equals(e.range().start())) {
                memory.assertFree(address, PAGE);
            }
        }
        manager.release(List.of(base)).run();
        memory.assertNothingLeft();
    }

    @Test
    void noCallOfASessionThatFailsLeaksMemoryOrActions() {
        int calls = 0;
        for (int nth = 1; nth <= MORE_THAN_ALL_CALLS; nth++) {
            Session session = new Session();
            session.memory.host.failCall(nth);
            session.run();
            if (session.memory.host.failedCall() == null) {
                calls = nth - 1;
                break;
            }
            session.check("call " + nth + ", " + session.memory.host.failedCall());
        }
        assertEquals(20, calls, "calls of a session that may fail");
    }

    /** All steps of a session, which goes on after each failure as an executor does. */
    private static final class Session {
        final MemoryFixture memory = new MemoryFixture();
        final List<String> failures = new ArrayList<>();

        /** A step of a session. */
        interface Step {
            void run() throws AllocationException;
        }

        private void attempt(Step step) {
            try {
                step.run();
            } catch (AllocationException e) {
                failures.add(e.fullMessage());
            }
        }

        void run() {
            attempt(this::privateMemory);
            attempt(this::sharedMemory);
            attempt(memory.manager::close);
        }

        private void privateMemory() throws AllocationException {
            ExecutorAddress base = memory.manager.reserve(SIZE);
            memory.manager.reserve(PAGE);
            attempt(() -> allocateTwo(base));
            attempt(() -> memory.manager.deinitialize(List.of(base)).run());
            attempt(() -> memory.allocate(base, "e"));
            attempt(() -> memory.manager.release(List.of(base)).run());
        }

        private void allocateTwo(ExecutorAddress base) throws AllocationException {
            InFlightAllocation allocation = memory.manager.begin();
            allocation.addSegment(R, base, PAGE, PAGE);
            allocation.addSegment(TRANSIENT, base.plus(PAGE), PAGE, PAGE);
            allocation.addSegment(RX, base.plus(2 * PAGE), PAGE, PAGE);
            attempt(() -> allocation.finish(memory.log.pairs("a", "b")));
            attempt(() -> memory.allocate(base.plus(4 * PAGE), "c"));
            InFlightAllocation abandoned = memory.manager.begin();
            abandoned.addSegment(RX, base.plus(5 * PAGE), PAGE, PAGE);
            abandoned.abandon();
        }

        private void sharedMemory() throws AllocationException {
            ExecutorAddress base = memory.manager.reserveShared(2 * PAGE).range().start();
            InFlightAllocation allocation = memory.manager.begin();
            allocation.addFilledSegment(R, base, PAGE);
            allocation.addFilledSegment(RX, base.plus(PAGE), PAGE);
            attempt(() -> allocation.finish(memory.log.pairs("d")));
            attempt(() -> memory.manager.deinitialize(List.of(base)).run());
        }

        void check(String which) {
            String failed = memory.host.failedCall();
            assertTrue(
                    failures.stream().anyMatch(failure -> failure.contains(failed)),
                    which + " is reported in " + failures);
            checkActions(which);
            assertEquals(new MemoryManager.Usage(0, 0), memory.manager.usage(), which);
            assertEquals(failed.startsWith("unmap") ? 1 : 0, memory.host.mapped().size(), which);
            assertEquals(failed.startsWith("unlink") ? 1 : 0, memory.host.names().size(), which);
        }

        /**
         * Requires that the dealloc action of each finalize action that ran runs later, and once.
         */
        private void checkActions(String which) {
            String ran = memory.log.take();
            for (String name : List.of("a", "b", "c", "d", "e")) {
                String undone = name.toUpperCase(Locale.ROOT);
                String both = ran.replaceAll("[^" + name + undone + "]", "");
                assertTrue(
                        both.isEmpty() || both.equals(name + undone),
                        which + ": " + both + " in " + ran);
            }
        }
    }

    @Test
    void aFinishThatFailsTwiceReportsBoth() throws AllocationException {
        InFlightAllocation allocation = fill(manager.reserve(SIZE));
        memory.log.fail("a");
        memory.host.failCall(5);
        AllocationException e =
                assertThrows(
                        AllocationException.class, () -> allocation.finish(memory.log.pairs("a")));
        assertEquals(1, e.getSuppressed().length, e::fullMessage);
        assertTrue(
                e.getSuppressed()[0].getMessage().contains(memory.host.failedCall()),
                e::fullMessage);
    }

    @Test
    void aReservationOfAClosedSessionGoesAtOnce() throws AllocationException {
        manager.close();
        IllegalStateException closed =
                assertThrows(IllegalStateException.class, () -> manager.reserve(PAGE));
        assertEquals("the memory manager is closed", closed.getMessage());
        memory.assertNothingLeft();
        memory.host.failCall(2);
        AllocationException e =
                assertThrows(AllocationException.class, () -> manager.reserve(PAGE));
        assertTrue(e.getMessage().contains("cannot unmap"), e::fullMessage);
    }
}
