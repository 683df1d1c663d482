package dev.orcinus.runtime.guest;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.fakes.FakeGuestProcess;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AtExitsTest {
    private final FakeGuest guest = new FakeGuest();
    private final FakeGuestMemory memory = guest.memory();
    private final FakeGuestProcess process = guest.process();
    private final GuestRuntime runtime = new GuestRuntime(guest);
    private final MemoryManager manager = runtime.memory();
    private final AtExits atExits = runtime.atExits();
    private ExecutorAddress base;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(4 * PAGE);
    }

    private void allocate(ExecutorAddress address) throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(AllocGroup.ofWire((byte) 5), address, PAGE, 0);
        allocation.finish(List.of());
    }

    private String offsets() {
        List<Long> offsets = guest.invoker().takeRan().stream().map(f -> f.minus(base)).toList();
        return offsets.toString();
    }

    private void whenCalled(Consumer<ExecutorAddress> effect) {
        guest.invoker()
                .onCall(
                        call -> {
                            effect.accept(call.function());
                            return 0L;
                        });
    }

    @Test
    void functionsRunNewestFirstWhenTheirAllocationGoes() throws AllocationException {
        allocate(base);
        assertEquals(0, atExits.register(base.plus(1)));
        assertEquals(0, atExits.register(base.plus(2)));
        assertEquals(0, atExits.register(base.plus(1)));
        assertEquals("[]", offsets());
        manager.deinitialize(List.of(base)).run();
        assertEquals("[1, 2, 1]", offsets());
        assertEquals(0, process.pending());
        assertEquals(1, guest.invoker().atExitRuns(), "one at-exit run for the allocation");
    }

    @Test
    void functionsAreKeptApartByTheirAllocations() throws AllocationException {
        allocate(base);
        allocate(base.plus(PAGE));
        atExits.register(base.plus(1));
        atExits.register(base.plus(PAGE + 2));
        atExits.register(base.plus(3));
        manager.deinitialize(List.of(base)).run();
        assertEquals("[3, 1]", offsets());
        manager.release(List.of(base)).run();
        assertEquals("[" + (PAGE + 2) + "]", offsets());
    }

    @Test
    void aFunctionInNoAllocationIsRefused() throws AllocationException {
        allocate(base);
        for (ExecutorAddress no :
                List.of(base.plus(PAGE), new ExecutorAddress(0x10), ExecutorAddress.NULL)) {
            assertEquals(-1, atExits.register(no), "at " + no);
        }
        manager.close();
        assertEquals(0, process.pending());
    }

    @Test
    void functionsRunBeforeTheirMemoryGoes() throws AllocationException {
        allocate(base);
        atExits.register(base);
        whenCalled(function -> assertTrue(memory.isMapped(function), "mapped: " + function));
        manager.close();
        assertEquals("[0]", offsets());
    }

    @Test
    void aDeallocationWithFunctionsRunsGuestCode() throws AllocationException {
        allocate(base);
        assertFalse(manager.deinitialize(List.of(base)).runsGuestCode());
        allocate(base.plus(PAGE));
        atExits.register(base.plus(PAGE));
        Deallocation deallocation = manager.release(List.of(base));
        assertTrue(deallocation.runsGuestCode());
        deallocation.run();
    }

    @Test
    void aFunctionThatRegistersAnotherAtTheEndIsRefused() throws AllocationException {
        allocate(base);
        atExits.register(base.plus(1));
        whenCalled(_ -> assertEquals(-1, atExits.register(base.plus(2))));
        manager.close();
        assertEquals("[1]", offsets());
        assertEquals(0, process.pending());
    }

    @Test
    void anAllocationThatComesAfterAtTheSameAddressHasFunctionsOfItsOwn()
            throws AllocationException {
        allocate(base);
        atExits.register(base.plus(1));
        manager.deinitialize(List.of(base)).run();
        allocate(base);
        atExits.register(base.plus(2));
        manager.deinitialize(List.of(base)).run();
        assertEquals("[1, 2]", offsets());
    }

    @Test
    void aGuestThatIsGoneFailsTheAction() throws AllocationException {
        allocate(base);
        atExits.register(base.plus(1));
        guest.invoker().end(new GuestEnd.Exited(3));
        AllocationException e = assertThrows(AllocationException.class, manager::close);
        assertTrue(e.getMessage().endsWith("the guest exited with status 3"), e.getMessage());
    }

    /** They are registered again in the state to which the guest returns. */
    @Test
    void functionsThatHaveEndedTheGuestRunOnceMoreWhenItHasReturned() throws AllocationException {
        allocate(base);
        allocate(base.plus(PAGE));
        ExecutorAddress first = manager.keyOf(base).orElseThrow();
        ExecutorAddress second = manager.keyOf(base.plus(PAGE)).orElseThrow();
        for (ExecutorAddress key : List.of(first, second)) {
            atExits.register(key.plus(1));
        }
        guest.invoker().end(new GuestEnd.Exited(3));
        assertThrows(AllocationException.class, manager::close);
        guest.invoker().end(null);
        for (ExecutorAddress key : List.of(first, second)) {
            process.atExit(key.plus(1), ExecutorAddress.NULL, key);
        }
        atExits.runUndone(first::equals);
        assertEquals("[1]", offsets());
        atExits.runUndone(_ -> true);
        assertEquals("[" + (PAGE + 1) + "]", offsets());
        process.atExit(first.plus(2), ExecutorAddress.NULL, first);
        atExits.runUndone(_ -> true);
        assertEquals("[]", offsets(), "each once");
    }
}
