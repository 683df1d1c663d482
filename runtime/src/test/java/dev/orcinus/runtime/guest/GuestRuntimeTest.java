package dev.orcinus.runtime.guest;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryLimits;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of how a session gives back its part of the guest. */
@Timeout(60)
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
        runtime.deallocate(plain, () -> {});
        assertTrue(runtime.canDeallocateHere(plain), "idle threads have ended");
        assertEquals(1, guest.process().endedThreads());
    }

    @Test
    void nothingIsLeftToReleaseWhenThereIsNoMemoryAndNoIdleThread() throws Exception {
        ExecutorAddress base = runtime.memory().reserve(PAGE);
        assertFalse(runtime.closeIfUnused());
        runtime.memory().release(List.of(base)).run();
        runtime.threads().run(() -> null).get();
        assertFalse(runtime.closeIfUnused(), "an idle thread may have destructors left");
        runtime.threads().retireIdle();
        assertTrue(runtime.closeIfUnused());
    }

    /** A destructor may wait for a controller that cannot link what it has made room for. */
    @Test
    void whatHasNotBeenUsedIsGivenBackAnywhere() throws Exception {
        runtime.threads().run(() -> null).get();
        ExecutorAddress unused = runtime.memory().reserve(PAGE);
        Deallocation plain = runtime.memory().release(List.of(unused));
        assertTrue(runtime.canDeallocateHere(plain));
        plain.run();
        assertEquals(List.of(), guest.memory().mapped());
        assertEquals(0, guest.process().endedThreads());
    }

    @Test
    void deallocActionsRunOnAGuestThreadThatEndsBeforeMemoryGoes() throws Exception {
        ExecutorAddress key = allocate(action(() -> {}));
        runtime.deallocate(runtime.memory().release(List.of(key)), () -> {});
        assertEquals(1, ranOn.size());
        assertTrue(ranOn.getFirst().getName().startsWith("guest-"), ranOn.toString());
        assertFalse(ranOn.getFirst().isAlive());
        assertEquals(List.of(), guest.memory().mapped());
    }

    private CompletableFuture<Void> startRelease(
            ExecutorAddress base, Duration limit, Runnable late) {
        Deallocation release = runtime.memory().release(List.of(base));
        return runtime.threads()
                .runAside(
                        () -> {
                            try {
                                runtime.deallocate(release, limit, late);
                                return null;
                            } catch (AllocationException e) {
                                throw new AssertionError(e);
                            }
                        });
    }

    /** All wait for the same destructor, which may wait for them. */
    @Test
    void aReleaseThatDestructorsHoldUpIsToldOfAndGoesOnWhenTheyHaveReturned() throws Exception {
        ExecutorAddress one = allocate(action(() -> {}));
        ExecutorAddress two = allocate(AllocationAction.NONE);
        CountDownLatch end = new CountDownLatch(1);
        guest.process().atThreadEnd(() -> awaits(end));
        runtime.threads().run(() -> null).get();
        CountDownLatch firstIsLate = new CountDownLatch(1);
        CompletableFuture<Void> first =
                startRelease(one, Duration.ofMillis(1), firstIsLate::countDown);
        firstIsLate.await();
        CountDownLatch secondIsLate = new CountDownLatch(1);
        CompletableFuture<Void> second =
                startRelease(two, Duration.ofDays(1), secondIsLate::countDown);
        secondIsLate.await();
        assertEquals(List.of(), ranOn);
        assertEquals(2, guest.memory().mapped().size());
        guest.process().atThreadEnd(() -> {});
        end.countDown();
        first.get();
        second.get();
        assertEquals(1, ranOn.size());
        assertEquals(List.of(), guest.memory().mapped());
        ExecutorAddress three = allocate(AllocationAction.NONE);
        runtime.threads().run(() -> null).get();
        startRelease(three, Duration.ofDays(1), () -> ranOn.add(Thread.currentThread())).get();
        assertEquals(1, ranOn.size(), "nothing is late any more");
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
        private final CountDownLatch isKilled = new CountDownLatch(1);
        private volatile Optional<GuestEnd> end = Optional.empty();

        IsolatedGuest guest() {
            return (IsolatedGuest)
                    Proxy.newProxyInstance(
                            IsolatedGuest.class.getClassLoader(),
                            new Class<?>[] {IsolatedGuest.class},
                            this);
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments)
                throws ReflectiveOperationException {
            return switch (method.getName()) {
                case "end" -> end;
                case "hasThreadsOfItsOwn" -> false;
                case "checkpoint" -> new State(List.copyOf(names));
                case "onEnd" -> null;
                case "kill" -> {
                    end = Optional.of((GuestEnd) arguments[0]);
                    isKilled.countDown();
                    yield null;
                }
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
        List<String> told = new CopyOnWriteArrayList<>();
        GuestRuntime session =
                new GuestRuntime(
                        registrar.guest(),
                        GuestLimits.NONE,
                        CheckpointOptions.DEFAULT,
                        listener(told));
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

    /** They have begun before the work that takes too long, so they would end the guest first. */
    @Test
    void callsOutsideOfWorkThatHaveReturnedDoNotEndTheGuest() throws Exception {
        Registrar registrar = new Registrar();
        GuestRuntime session =
                new GuestRuntime(
                        registrar.guest(),
                        GuestLimits.NONE,
                        new CheckpointOptions(true, Duration.ofSeconds(1)),
                        listener(new ArrayList<>()));
        session.calls().runAtExits(new ExecutorAddress(0x10));
        assertThrows(RuntimeException.class, () -> session.libraries().open("not opened"));
        CompletableFuture<Boolean> isOfOthers =
                session.threads()
                        .run(
                                () -> {
                                    session.checkpoints().beforeGuestCode();
                                    awaits(registrar.isKilled);
                                    return session.checkpoints().isEndedByOthers();
                                });
        assertFalse(isOfOthers.get());
    }

    /** A thread that is idle, and not the first one, cannot run them. */
    @Test
    void destructorsThatAreBackRunOnTheFirstThreadBeforeMemoryGoes() throws Exception {
        Registrar registrar = new Registrar();
        GuestRuntime session =
                new GuestRuntime(
                        registrar.guest(),
                        GuestLimits.NONE,
                        CheckpointOptions.DEFAULT,
                        listener(new ArrayList<>()));
        ExecutorAddress one = allocate(session, AllocationAction.NONE);
        ExecutorAddress two = allocate(session, AllocationAction.NONE);
        run(session);
        CountDownLatch endOfFirst = new CountDownLatch(1);
        CountDownLatch endOfOther = new CountDownLatch(1);
        CompletableFuture<Boolean> first = session.threads().run(() -> awaits(endOfFirst));
        CompletableFuture<Boolean> other = session.threads().run(() -> awaits(endOfOther));
        endOfFirst.countDown();
        first.get();
        release(session, one);
        endOfOther.countDown();
        other.get();
        crash(registrar);
        release(session, two);
        assertEquals(2, guest.process().mainThreads());
        assertFalse(session.checkpoints().hasDestructorsBack());
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** It has left the books, so nobody could give it back later. */
    @Test
    void memoryGoesThoughNoThreadCanRunItsActions() throws Exception {
        ExecutorAddress key = allocate(action(() -> {}));
        guest.process().failToPrepare();
        release(runtime, key);
        assertEquals(List.of(Thread.currentThread()), ranOn);
        assertEquals(List.of(), guest.memory().mapped());
    }

    /** The thread that asks for that may live on, with the thread-locals of code that has gone. */
    @Test
    void actionsRunOnAThreadThatEndsThoughAsManyCallsRunAsMay() throws Exception {
        GuestRuntime session =
                new GuestRuntime(
                        guest,
                        new GuestLimits(MemoryLimits.NONE, 1),
                        new CheckpointOptions(false, Duration.ZERO),
                        listener(new ArrayList<>()));
        ExecutorAddress key = allocate(session, action(() -> {}));
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> call = session.threads().runAside(() -> awaits(end));
        release(session, key);
        assertEquals(1, session.threads().running(), "the call, but no work that has ended");
        end.countDown();
        call.get();
        assertTrue(ranOn.getFirst().getName().startsWith("guest-"), ranOn::toString);
        assertFalse(ranOn.getFirst().isAlive());
        assertEquals(List.of(), guest.memory().mapped());
    }

    @Test
    void whatAnActionThrowsReachesWhoReleases() throws Exception {
        ExecutorAddress key =
                allocate(
                        action(
                                () -> {
                                    throw new AssertionError("bug");
                                }));
        AssertionError thrown = assertThrows(AssertionError.class, () -> release(runtime, key));
        assertEquals("bug", thrown.getMessage());
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
        session.deallocate(session.memory().release(List.of(base)), () -> {});
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

            @Override
            public Runnable incomplete(String problem) {
                return () -> told.add("incomplete: " + problem);
            }
        };
    }
}
