package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of one thread, which is told by its events: what is prepared, and what ends. */
@Timeout(60)
final class GuestThreadTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayClose = new CountDownLatch(1);
    private final Checkpoints checkpoints =
            new Checkpoints(new FakeGuest(), CheckpointOptions.DEFAULT, null);
    private RuntimeException failure;

    /** A process of which nothing is asked but threads. */
    private final GuestProcess process =
            (GuestProcess)
                    Proxy.newProxyInstance(
                            GuestThreadTest.class.getClassLoader(),
                            new Class<?>[] {GuestProcess.class},
                            (_, method, _) -> prepare(method.getName()));

    private final GuestThreads owner = owner(Duration.ofHours(1));

    private GuestThreads owner(Duration keep) {
        return new GuestThreads(process, 9, checkpoints, keep, Thread::start, KeptThreads::run);
    }

    private PreparedThread prepare(String call) {
        if (failure != null) {
            throw failure;
        }
        events.add(call);
        return new PreparedThread() {
            @Override
            public void close() {
                awaitQuietly(mayClose);
                events.add("closes");
            }

            @Override
            public boolean awaitEnd(Duration limit) {
                events.add("has ended");
                return true;
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a thread waits, or has ended. */
    private static Thread.State awaitRest(Thread thread) throws InterruptedException {
        Set<Thread.State> ofRest =
                Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
        while (!ofRest.contains(thread.getState())) {
            Thread.sleep(1);
        }
        return thread.getState();
    }

    private GuestThread started(GuestThread.Assignment work, boolean isFirst) {
        GuestThread guest = new GuestThread(process, owner, checkpoints, "a", work, isFirst);
        guest.thread().start();
        return guest;
    }

    @Test
    void itDoesItsFirstWorkAndWhatItIsGiven() throws Exception {
        GuestThread.Task<Thread> first = new GuestThread.Task<>(Thread::currentThread);
        GuestThread guest = started(first, false);
        assertEquals(guest.thread(), first.done().get());
        GuestThread.Task<Thread> next = new GuestThread.Task<>(Thread::currentThread);
        guest.give(next);
        assertEquals(guest.thread(), next.done().get());
        assertTrue(guest.thread().isDaemon(), "a JVM does not wait for it");
        mayClose.countDown();
        guest.retire();
        assertTrue(guest.awaitEnd(LIMIT));
        assertEquals(List.of("prepareThread", "closes", "has ended"), events);
    }

    /** The specification of {@link Object#wait} allows a wait to end without a reason. */
    @Test
    void whatWakesItWithoutWorkDoesNotEndIt() throws Exception {
        Thread thread = owner.run(Thread::currentThread).get();
        GuestThread.Task<Integer> first = new GuestThread.Task<>(() -> 1);
        GuestThread guest = started(first, false);
        assertEquals(1, first.done().get());
        for (int i = 0; i < 3; i++) {
            assertEquals(Thread.State.TIMED_WAITING, awaitRest(guest.thread()), "it waits");
            synchronized (guest) {
                guest.notifyAll();
                assertNotEquals(Thread.State.TIMED_WAITING, guest.thread().getState(), "awake");
            }
        }
        assertEquals(Thread.State.TIMED_WAITING, awaitRest(guest.thread()), "it waits on");
        assertTrue(owner.leave(guest), "it has not left");
        mayClose.countDown();
        guest.retire();
        assertTrue(guest.awaitEnd(LIMIT));
        owner.retireIdle();
        assertFalse(thread.isAlive());
    }

    /** Whoever has taken it from the idle ones will give it work, or end it. */
    @Test
    void whoIsNotIdleWaitsOnForItsWork() throws Exception {
        GuestThreads impatient = owner(Duration.ZERO);
        GuestThread.Assignment first =
                new GuestThread.Assignment() {
                    @Override
                    public boolean ends() {
                        return false;
                    }

                    @Override
                    public void perform(GuestThread thread) {} // it is not idle afterwards

                    @Override
                    public void refused(RejectedExecutionException reason) {
                        throw new AssertionError(reason);
                    }
                };
        GuestThread guest = new GuestThread(process, impatient, checkpoints, "a", first, false);
        guest.thread().start();
        for (int i = 0; i < 2; i++) {
            synchronized (impatient) { // which it needs to leave
                while (guest.thread().getState() != Thread.State.BLOCKED) {
                    Thread.sleep(1);
                }
            }
        }
        GuestThread.Task<Thread> next = new GuestThread.Task<>(Thread::currentThread);
        guest.give(next);
        assertEquals(guest.thread(), next.done().get());
        mayClose.countDown();
        assertTrue(guest.awaitEnd(LIMIT));
        List<String> until = List.copyOf(events).subList(0, 3); // the pool waits for its end, too
        assertEquals(List.of("prepareThread", "closes", "has ended"), until);
    }

    /** Otherwise code could be freed that destructors of its thread-locals run. */
    @Test
    void itsEndIsThatOfItsJavaThreadFirst() throws Exception {
        GuestThread.Task<Integer> work = new GuestThread.Task<>(() -> 1);
        GuestThread guest = started(work, false);
        assertEquals(1, work.done().get());
        guest.retire();
        CompletableFuture<List<String>> atEnd = new CompletableFuture<>();
        Thread waiter =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        assertTrue(guest.awaitEnd(LIMIT));
                                        atEnd.complete(List.copyOf(events));
                                    } catch (InterruptedException e) {
                                        atEnd.completeExceptionally(e);
                                    }
                                });
        assertEquals(Thread.State.TIMED_WAITING, awaitRest(waiter));
        assertEquals(List.of("prepareThread"), events);
        mayClose.countDown();
        assertEquals(List.of("prepareThread", "closes", "has ended"), atEnd.get());
    }

    @Test
    void theFirstThreadIsPreparedAsThat() throws Exception {
        GuestThread.Task<Integer> work = new GuestThread.Task<>(() -> 1);
        GuestThread guest = started(work, true);
        assertEquals(1, work.done().get());
        mayClose.countDown();
        guest.retire();
        assertTrue(guest.awaitEnd(LIMIT));
        assertEquals(List.of("prepareMainThread", "closes", "has ended"), events);
    }

    /** A bug of the platform must not leave a caller waiting. */
    @Test
    void whateverKeepsItFromBeingPreparedIsTheReasonOfItsRefusal() {
        failure = new IllegalStateException("no signal stack");
        CompletableFuture<Integer> call = owner.run(() -> 1);
        ExecutionException thrown = assertThrows(ExecutionException.class, call::get);
        assertInstanceOf(RejectedExecutionException.class, thrown.getCause());
        assertEquals(
                "no guest thread for the call: no signal stack", thrown.getCause().getMessage());
        assertEquals(failure, thrown.getCause().getCause());
        assertEquals(0, owner.running());
        failure = null;
    }

    @Test
    void aDutyIsNoEndAndIsToldOfItsRefusal() throws Exception {
        failure = new IllegalStateException("no signal stack");
        CompletableFuture<RejectedExecutionException> told = new CompletableFuture<>();
        FirstThread.Duty duty =
                new FirstThread.Duty() {
                    @Override
                    public void perform(FirstThread thread) {
                        throw new AssertionError("it cannot be prepared");
                    }

                    @Override
                    public void refused(RejectedExecutionException reason) {
                        told.complete(reason);
                    }
                };
        GuestThread.OwnWork work = new GuestThread.OwnWork(duty);
        assertFalse(work.ends());
        var _ = started(work, true);
        assertEquals("no guest thread for the call: no signal stack", told.get().getMessage());
    }

    /** Who rests during its duty gets work for afterwards, and is in the pool once. */
    @Test
    void whoRestsTwiceIsIdleOnce() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> rested = new CompletableFuture<>();
        BooleanSupplier staysOnDuty = () -> true;
        FirstThread.Duty duty =
                new FirstThread.Duty() {
                    @Override
                    public void perform(FirstThread thread) {
                        int _ = thread.run(() -> 1, staysOnDuty);
                        thread.rest();
                        thread.rest();
                        rested.complete(true);
                        awaitQuietly(end);
                    }

                    @Override
                    public void refused(RejectedExecutionException reason) {
                        rested.completeExceptionally(reason);
                    }
                };
        GuestThread guest = started(new GuestThread.OwnWork(duty), true);
        assertTrue(rested.get());
        assertTrue(owner.leave(guest), "it is idle");
        assertFalse(owner.leave(guest), "and was so once");
        mayClose.countDown();
        end.countDown();
        guest.retire();
        assertTrue(guest.awaitEnd(LIMIT));
        while (owner.hasIdle()) { // who waits for its end notes that soon
            Thread.sleep(1);
        }
    }

    @Test
    void aResultThatIsNullIsAResult() throws Exception {
        mayClose.countDown();
        CompletableFuture<Object> call = owner.run(() -> null);
        assertNull(call.get());
        owner.retireIdle();
    }
}
