package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RX;
import static dev.orcinus.memory.MemoryFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reservations whose contents the controller writes through a mapping of its own. */
final class SharedMemoryTest {
    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;
    private ExecutorAddress base;
    private String name;

    @BeforeEach
    void reserve() throws AllocationException {
        var mapping = manager.reserveShared(4 * PAGE - 1);
        base = mapping.range().start();
        name = mapping.name();
        memory.host.takeCalls();
    }

    private ExecutorAddress initialize(String... actions) throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addFilledSegment(R, base, 0x58);
        allocation.addFilledSegment(RX, base.plus(PAGE), 0x1e);
        return allocation.finish(memory.log.pairs(actions));
    }

    @Test
    void theControllersContentStays() throws AllocationException {
        memory.dirty(AddressRange.of(base, 2 * PAGE));
        assertEquals(base, initialize("a"));
        memory.assertBytes(0xee, base, 2 * PAGE);
        assertEquals(MemProt.READ, memory.host.protAt(base));
        assertEquals(MemProt.READ_EXEC, memory.host.protAt(base.plus(PAGE)));
        assertEquals(new MemoryManager.Usage(4 * PAGE, 1), manager.usage());
    }

    @Test
    void deinitializedPagesAreWritableAgainAndNotDiscarded() throws AllocationException {
        initialize("a");
        memory.host.takeCalls();
        manager.deinitialize(List.of(base)).run();
        assertEquals(
                List.of(
                        "protect " + AddressRange.of(base, PAGE) + " rw-",
                        "protect " + AddressRange.of(base.plus(PAGE), PAGE) + " rw-"),
                memory.host.takeCalls());
        initialize("b");
        manager.close();
        assertEquals("a A b B", memory.log.take());
    }

    @Test
    void theSameRulesHoldForItsSegments() throws AllocationException {
        initialize();
        InFlightAllocation allocation = manager.begin();
        assertThrows(AllocationException.class, () -> allocation.addFilledSegment(R, base, PAGE));
        assertThrows(
                AllocationException.class,
                () -> allocation.addFilledSegment(R, base.plus(2 * PAGE), 3 * PAGE));
        assertThrows(
                AllocationException.class,
                () -> allocation.addFilledSegment(R, base.plus(2 * PAGE + 8), 8));
    }

    @Test
    void releaseRemovesTheName() throws AllocationException {
        assertEquals(Set.of(name), memory.host.names());
        manager.release(List.of(base)).run();
        assertEquals(
                List.of("unlinkShared " + name, "unmap " + AddressRange.of(base, 4 * PAGE)),
                memory.host.takeCalls());
        memory.assertNothingLeft();
    }

    @Test
    void theEndOfTheSessionRemovesTheName() throws AllocationException {
        manager.close();
        memory.assertNothingLeft();
    }

    @Test
    void namesCanBeRemovedWhileTheMemoryIsInUse() throws AllocationException {
        manager.reserveShared(PAGE);
        manager.reserve(PAGE);
        initialize("a");
        memory.host.failCall(3);
        manager.unlinkShared();
        assertEquals(Set.of(), memory.host.names());
        assertEquals(3, memory.host.mapped().size(), "still mapped");
        memory.host.failCall(0);
        manager.close();
        memory.assertNothingLeft();
    }

    @Test
    void namesCanBeRemovedWhileTheEndWaitsForAnAction() throws AllocationException {
        Deallocation waiting = manager.releaseAll();
        manager.unlinkShared();
        assertEquals(Set.of(), memory.host.names());
        assertFalse(memory.host.mapped().isEmpty(), "still mapped");
        waiting.run();
        memory.assertNothingLeft();
    }

    @Test
    void aNameThatCannotBeRemovedDoesNotKeepTheMemory() throws AllocationException {
        memory.host.failCall(1);
        AddressRange range = AddressRange.of(base, 4 * PAGE);
        assertFails(
                "cannot unlink "
                        + name
                        + " of "
                        + range
                        + ": unlinkShared "
                        + name
                        + ": made to fail (errno 5)",
                () -> manager.release(List.of(base)).run());
        assertEquals(List.of(), memory.host.mapped());
    }

    @Test
    void sharedMemoryOfNoBytesIsRefusedByTheOs() {
        AllocationException e =
                assertThrows(AllocationException.class, () -> manager.reserveShared(0));
        assertEquals(
                "cannot reserve shared memory 0x0--0x0: mmap: refused (errno 22)", e.getMessage());
    }
}
