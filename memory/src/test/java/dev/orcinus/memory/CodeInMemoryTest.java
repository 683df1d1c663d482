package dev.orcinus.memory;

import static dev.orcinus.memory.MemoryFixture.PAGE;
import static dev.orcinus.memory.MemoryFixture.R;
import static dev.orcinus.memory.MemoryFixture.RX;
import static dev.orcinus.memory.MemoryFixture.TRANSIENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the books say that there is code, and what is in use. */
final class CodeInMemoryTest {
    private static final AllocGroup TRANSIENT_CODE =
            new AllocGroup(MemProt.READ_EXEC, MemLifetime.FINALIZE);

    private final MemoryFixture memory = new MemoryFixture();
    private final MemoryManager manager = memory.manager;
    private final InFlightAllocation allocation = manager.begin();
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(8 * PAGE);
    }

    @Test
    void codeIsHeldFromItsFirstByteToTheEndOfItsPages() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        allocation.addSegment(RX, base.plus(PAGE), 0x10, 0);
        allocation.finish(List.of());
        assertFalse(manager.holdsCode(base.plus(PAGE - 1)), "data before it");
        assertTrue(manager.holdsCode(base.plus(PAGE)), "first byte");
        assertTrue(manager.holdsCode(base.plus(2 * PAGE - 1)), "last byte of its page");
        assertFalse(manager.holdsCode(base.plus(2 * PAGE)), "free page behind it");
        assertFalse(manager.holdsCode(base.plus(8 * PAGE)), "outside of the reservation");
        assertFalse(manager.holdsCode(ExecutorAddress.NULL));
    }

    @Test
    void codeIsHeldOnceItIsPublishedAndUntilItsPagesAreGivenBack() throws AllocationException {
        allocation.addSegment(RX, base, PAGE, 0);
        assertFalse(manager.holdsCode(base), "in flight");
        List<Boolean> seen = new ArrayList<>();
        RunnableAction look = new RunnableAction(() -> seen.add(manager.holdsCode(base)));
        allocation.finish(List.of(new AllocationActions.Pair(look, look)));
        manager.deinitialize(List.of(base)).run();
        assertEquals(List.of(true, true), seen, "in its finalize and its dealloc action");
        assertFalse(manager.holdsCode(base), "given back");
    }

    @Test
    void codeThatGoesAfterTheFinalizeActionsIsNotHeld() throws AllocationException {
        allocation.addSegment(TRANSIENT_CODE, base, PAGE, 0);
        allocation.addSegment(RX, base.plus(PAGE), PAGE, 0);
        List<Boolean> seen = new ArrayList<>();
        RunnableAction look = new RunnableAction(() -> seen.add(manager.holdsCode(base)));
        allocation.finish(List.of(new AllocationActions.Pair(look, look)));
        assertEquals(List.of(false), seen);
    }

    @Test
    void addressesOfFinalizeLifetimeBelongToNoAllocation() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        allocation.addSegment(TRANSIENT, base.plus(PAGE), PAGE, 0);
        List<String> seen = new ArrayList<>();
        RunnableAction look =
                new RunnableAction(
                        () -> {
                            seen.add("" + manager.keyOf(base));
                            seen.add("" + manager.keyOf(base.plus(PAGE)));
                        });
        allocation.finish(List.of(new AllocationActions.Pair(look, look)));
        assertEquals(List.of("Optional[" + base + "]", "Optional.empty"), seen);
    }

    @Test
    void anAllocationKnowsWhetherItHasCode() throws AllocationException {
        assertFalse(allocation.hasCode(), "without segments");
        allocation.addSegment(R, base, PAGE, 0);
        assertFalse(allocation.hasCode(), "with data");
        allocation.addSegment(RX, base.plus(PAGE), PAGE, 0);
        assertTrue(allocation.hasCode());
    }

    @Test
    void allReservationsAreInUseWhenEachHasAnAllocation() throws AllocationException {
        ExecutorAddress other = manager.reserve(PAGE);
        assertFalse(manager.areAllReservationsInUse());
        memory.allocate(base);
        assertFalse(manager.areAllReservationsInUse(), "one is empty");
        memory.allocate(other);
        assertTrue(manager.areAllReservationsInUse());
        manager.deinitialize(List.of(base)).run();
        assertFalse(manager.areAllReservationsInUse(), "one is empty again");
    }

    @Test
    void whatHasBeenAllocatedOnceIsRemembered() throws AllocationException {
        allocation.addSegment(R, base, PAGE, 0);
        assertFalse(manager.hasAllocated(), "in flight");
        allocation.finish(List.of());
        assertTrue(manager.hasAllocated());
        manager.deinitialize(List.of(base)).run();
        assertTrue(manager.hasAllocated(), "after it has gone");
    }

    @Test
    void codeOfOursGetsPagesOfItsOwn() throws HostCallException {
        byte[] code = {0x0f, 0x0b, (byte) 0xc3};
        ExecutorAddress first = InstalledCode.install(memory.host, code);
        ExecutorAddress second = InstalledCode.install(memory.host, code);
        assertTrue(first.minus(second) >= PAGE || second.minus(first) >= PAGE, "pages");
        assertEquals(MemProt.READ_EXEC, memory.host.protAt(first));
        assertEquals(List.of(0x0f, 0x0b, 0xc3, 0), bytes(first, 4));
        assertEquals(List.of(0x0f, 0x0b, 0xc3, 0), bytes(second, 4));
        assertFalse(manager.reserves(first), "it belongs to no reservation");
    }

    private List<Integer> bytes(ExecutorAddress address, int count) {
        List<Integer> bytes = new ArrayList<>();
        for (byte one : memory.host.peek(AddressRange.of(address, count))) {
            bytes.add(one & 0xff);
        }
        return bytes;
    }
}
