package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryLimitsTest {
    private final FakeGuestMemory host = FakeGuestMemory.withoutGaps();

    private MemoryManager manager(long reservedBytes, int reservations) {
        return new MemoryManager(host, new MemoryLimits(reservedBytes, reservations));
    }

    @Test
    void aSessionReservesAsMuchAsItMayAndMoreAfterARelease() throws AllocationException {
        MemoryManager manager = manager(4 * PAGE, 10);
        ExecutorAddress first = manager.reserve(PAGE);
        manager.reserve(3 * PAGE);
        assertFails(
                "In reserve, 1 bytes are more than the 0 that are left of the "
                        + 4 * PAGE
                        + " that a session may reserve",
                () -> manager.reserve(1));
        manager.release(List.of(first)).run();
        manager.reserve(PAGE);
        assertEquals(4 * PAGE, manager.usage().reservedBytes());
    }

    @Test
    void everyKindOfReservationCounts() throws AllocationException {
        MemoryManager manager = manager(2 * PAGE, 10);
        manager.reserve(PAGE);
        host.takeCalls();
        String reason =
                "In reserve, "
                        + 2 * PAGE
                        + " bytes are more than the "
                        + PAGE
                        + " that are left of the "
                        + 2 * PAGE
                        + " that a session may reserve";
        assertFails(reason, () -> manager.reserveShared(2 * PAGE));
        assertFails(reason, () -> manager.reserveSlab(2 * PAGE, SlabPlace.ANYWHERE));
        assertEquals(List.of(), host.takeCalls(), "calls of the host");
        manager.reserveShared(PAGE);
        assertEquals(2 * PAGE, manager.usage().reservedBytes());
    }

    @Test
    void aSessionHasAsManyReservationsAsItMay() throws AllocationException {
        MemoryManager manager = manager(100 * PAGE, 2);
        ExecutorAddress first = manager.reserve(PAGE);
        manager.reserve(PAGE);
        assertFails("In reserve, a session may have 2 reservations", () -> manager.reserve(PAGE));
        manager.release(List.of(first)).run();
        manager.reserve(PAGE);
        assertEquals(2 * PAGE, manager.usage().reservedBytes());
    }

    @Test
    void aSizeThatIsNoPositiveNumberIsMoreThanAnyLimit() {
        assertFails(
                "In reserve, 18446744073709551615 bytes are more than the 9223372036854775807 that"
                        + " are left of the 9223372036854775807 that a session may reserve",
                () -> manager(Long.MAX_VALUE, 1).reserve(-1));
    }

    @Test
    void aSlabIsAReservation() throws AllocationException {
        MemoryManager manager = manager(4 * PAGE, 1);
        AddressRange slab = manager.reserveSlab(2 * PAGE, SlabPlace.LOW);
        assertEquals(List.of(slab), host.mapped());
        assertEquals(new MemoryManager.Usage(2 * PAGE, 0), manager.usage());
        manager.release(List.of(slab.start())).run();
        assertEquals(List.of(), host.mapped());
    }
}
