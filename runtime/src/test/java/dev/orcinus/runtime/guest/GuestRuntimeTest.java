package dev.orcinus.runtime.guest;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of how a session gives back its part of the guest. */
@Timeout(30)
final class GuestRuntimeTest {
    private final FakeGuest guest = new FakeGuest();
    private final GuestRuntime runtime = new GuestRuntime(guest);
    private final List<Thread> ranOn = Collections.synchronizedList(new ArrayList<>());

    /** Returns an action that runs guest code, and notes where. */
    private AllocationAction action(Runnable effect) {
        return new AllocationAction() {
            @Override
            public void run() {
                ranOn.add(Thread.currentThread());
                effect.run();
            }

            @Override
            public boolean runsGuestCode() {
                return true;
            }

            @Override
            public ExecutorAddress function() {
                return new ExecutorAddress(0x10);
            }
        };
    }

    private ExecutorAddress allocate(AllocationAction deallocAction) throws AllocationException {
        ExecutorAddress base = runtime.memory().reserve(PAGE);
        InFlightAllocation allocation = runtime.memory().begin();
        allocation.addSegment(new AllocGroup(MemProt.READ, MemLifetime.STANDARD), base, PAGE, 0);
        return allocation.finish(
                List.of(new AllocationActions.Pair(AllocationAction.NONE, deallocAction)));
    }

    private void openThreadLocals() throws HostCallException {
        runtime.threadLocals()
                .open(
                        new GuestThreadLocals.Request(
                                "x.o", new byte[1], 8, 8, false, List.of(), List.of()),
                        1);
    }

    @Test
    void aDeallocationWithoutGuestCodeMayRunAnywhereWhenNoThreadIsIdle() throws Exception {
        Deallocation plain =
                runtime.memory().deinitialize(List.of(allocate(AllocationAction.NONE)));
        assertTrue(runtime.canDeallocateHere(plain));
        runtime.threads().run(() -> null).get();
        assertFalse(runtime.canDeallocateHere(plain), "an idle thread may have destructors left");
        runtime.deallocate(plain);
        assertTrue(runtime.canDeallocateHere(plain), "idle threads have ended");
        assertEquals(1, guest.process().endedThreads());
    }

    @Test
    void deallocActionsRunOnAGuestThreadThatEndsBeforeMemoryGoes() throws Exception {
        ExecutorAddress key = allocate(action(() -> {}));
        runtime.deallocate(runtime.memory().release(List.of(key)));
        assertEquals(1, ranOn.size());
        assertTrue(ranOn.getFirst().getName().startsWith("guest-"), ranOn.toString());
        assertFalse(ranOn.getFirst().isAlive());
        assertEquals(List.of(), guest.memory().mapped());
    }

    @Test
    void closingGivesEverythingBackHere() throws Exception {
        allocate(action(() -> {}));
        openThreadLocals();
        runtime.close();
        assertEquals(List.of(Thread.currentThread()), ranOn);
        assertEquals(List.of(), guest.memory().mapped());
        assertEquals(List.of(100L), guest.threadLocals().closed());
    }
}
