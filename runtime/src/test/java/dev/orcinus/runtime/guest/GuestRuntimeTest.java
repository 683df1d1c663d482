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
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
        return allocate(runtime, deallocAction);
    }

    private static ExecutorAddress allocate(GuestRuntime session, AllocationAction deallocAction)
            throws AllocationException {
        ExecutorAddress base = session.memory().reserve(PAGE);
        InFlightAllocation allocation = session.memory().begin();
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

    /** A guest process whose registrations are its state; all else is that of another guest. */
    private final class Registrar implements InvocationHandler {
        private final List<String> names = new CopyOnWriteArrayList<>();
        private volatile Optional<GuestEnd> end = Optional.empty();

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments)
                throws ReflectiveOperationException {
            return switch (method.getName()) {
                case "end" -> end;
                case "hasThreadsOfItsOwn" -> false;
                case "checkpoint" -> new State(List.copyOf(names));
                case "onEnd" -> null;
                default -> method.invoke(guest, arguments);
            };
        }

        /** The names at a time. */
        private final class State implements GuestCheckpoint {
            private final List<String> then;

            State(List<String> then) {
                this.then = then;
            }

            @Override
            public boolean isCurrent() {
                return then.equals(names) && end.isEmpty();
            }

            @Override
            public void restore() {
                names.clear();
                names.addAll(then);
                end = Optional.empty();
            }

            @Override
            public void close() {} // nothing is kept
        }
    }

    @Test
    void aReleaseThatCrashesDoesNotUndoTheReleaseBefore() throws Exception {
        Registrar registrar = new Registrar();
        registrar.names.addAll(List.of("one", "two"));
        IsolatedGuest isolated =
                (IsolatedGuest)
                        Proxy.newProxyInstance(
                                IsolatedGuest.class.getClassLoader(),
                                new Class<?>[] {IsolatedGuest.class},
                                registrar);
        List<String> told = new CopyOnWriteArrayList<>();
        GuestRuntime session =
                new GuestRuntime(
                        isolated, GuestLimits.NONE, CheckpointOptions.DEFAULT, listener(told));
        ExecutorAddress one = allocate(session, call(session, () -> registrar.names.remove("one")));
        ExecutorAddress two = allocate(session, call(session, () -> crash(registrar)));
        run(session);
        release(session, one);
        assertEquals(List.of("two"), registrar.names);
        release(session, two);
        assertEquals(List.of("survived LINE 1"), told);
        assertEquals(List.of("two"), registrar.names, "the memory of the first one has gone");
        assertEquals(List.of(), guest.memory().mapped());
    }

    private static void crash(Registrar registrar) {
        registrar.names.clear();
        registrar.end = Optional.of(new GuestEnd.Exited(3));
    }

    /** Returns an action that calls guest code of a session. */
    private AllocationAction call(GuestRuntime session, Runnable effect) {
        return action(
                () -> {
                    session.checkpoints().beforeGuestCode();
                    effect.run();
                });
    }

    private static void run(GuestRuntime session) throws Exception {
        session.threads()
                .run(
                        () -> {
                            session.checkpoints().beforeGuestCode();
                            return null;
                        })
                .get();
    }

    private static void release(GuestRuntime session, ExecutorAddress base) throws Exception {
        session.deallocate(session.memory().release(List.of(base)));
    }

    private static Checkpoints.Listener listener(List<String> told) {
        return new Checkpoints.Listener() {
            @Override
            public Runnable survived(GuestEnd end, Checkpoints.Work during, int undone) {
                return () -> told.add("survived " + during + " " + undone);
            }

            @Override
            public Runnable lost(GuestEnd end, String problem) {
                return () -> told.add("lost: " + problem);
            }
        };
    }
}
