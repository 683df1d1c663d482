package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.fakes.FakeGuestProcess;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class GuestThreadsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeGuestProcess process = new FakeGuestProcess(FakeGuestMemory.withGaps());
    private final Checkpoints checkpoints =
            new Checkpoints(new FakeGuest(), CheckpointOptions.DEFAULT, null);
    private final GuestThreads guests = new GuestThreads(process, 4096, checkpoints);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void retire() throws InterruptedException {
        release.countDown();
        assertTrue(guests.awaitIdle(LONG));
        guests.retireIdle();
    }

    private Thread block(CountDownLatch arrived) {
        arrived.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return Thread.currentThread();
    }

    @Test
    void callsThatWaitForEachOtherAllRun() throws Exception {
        CountDownLatch arrived = new CountDownLatch(200);
        List<CompletableFuture<Thread>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(guests.run(() -> block(arrived)));
        }
        arrived.await();
        assertEquals(200, guests.running());
        release.countDown();
        Set<Thread> threads = new HashSet<>();
        for (CompletableFuture<Thread> call : calls) {
            threads.add(call.get());
        }
        assertEquals(200, threads.size());
        assertEquals(0, guests.running());
    }

    @Test
    void moreCallsThanAllowedAreRefused() throws Exception {
        GuestThreads two = new GuestThreads(process, 2, checkpoints);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> first = two.run(() -> awaits(end));
        CompletableFuture<Boolean> second = two.runAside(() -> awaits(end));
        RejectedExecutionException refused =
                assertThrows(RejectedExecutionException.class, () -> two.run(() -> true));
        assertEquals("no guest thread for the call: 2 calls run", refused.getMessage());
        end.countDown();
        assertTrue(first.get(10, TimeUnit.SECONDS) && second.get(10, TimeUnit.SECONDS));
        assertTrue(two.run(() -> true).get(10, TimeUnit.SECONDS));
        two.retireIdle();
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void aThreadServesOneCallAfterTheOther() throws Exception {
        Thread first = guests.run(Thread::currentThread).get();
        for (int i = 0; i < 100; i++) {
            assertEquals(first, guests.run(Thread::currentThread).get());
        }
        assertTrue(first.isDaemon());
        assertEquals(1, process.preparedThreads());
    }

    @Test
    void aResultIsThereOnlyWhenItsThreadIsIdle() throws Exception {
        for (int i = 0; i < 1000; i++) {
            guests.run(() -> 1).get();
            assertEquals(0, guests.running());
            assertTrue(guests.hasIdle());
        }
    }

    @Test
    void idleThreadsEndWhenTheyAreRetired() throws Exception {
        Thread first = guests.run(Thread::currentThread).get();
        guests.retireIdle();
        assertFalse(guests.hasIdle());
        assertFalse(first.isAlive());
        assertEquals(0, process.preparedThreads());
        assertEquals(1, process.endedThreads(), "its destructors have been waited for");
        assertNotEquals(first, guests.run(Thread::currentThread).get());
    }

    @Test
    void busyThreadsAreNotRetired() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Thread> busy = guests.run(() -> block(arrived));
        arrived.await();
        guests.retireIdle();
        release.countDown();
        assertTrue(busy.get().isAlive());
    }

    @Test
    void anExceptionIsTheCallsResultAndTheThreadLivesOn() throws Exception {
        Thread thread = guests.run(Thread::currentThread).get();
        for (Throwable thrown :
                List.of(new IllegalStateException("bug"), new StackOverflowError())) {
            ExecutionException failure =
                    assertThrows(
                            ExecutionException.class, () -> guests.run(() -> sneak(thrown)).get());
            assertEquals(thrown, failure.getCause());
        }
        assertEquals(0, guests.running());
        assertEquals(thread, guests.run(Thread::currentThread).get());
    }

    private static Object sneak(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @Test
    void anExceptionAsideIsTheCallsResultToo() {
        ExecutionException failure =
                assertThrows(
                        ExecutionException.class,
                        () -> guests.runAside(() -> sneak(new IllegalStateException())).get());
        assertInstanceOf(IllegalStateException.class, failure.getCause());
        assertEquals(0, guests.running());
    }

    @Test
    void aCallAsideMayWaitForGuestThreadsToEnd() throws Exception {
        Thread guest = guests.run(Thread::currentThread).get();
        boolean ended =
                guests.runAside(
                                () -> {
                                    try {
                                        guests.retireIdle();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                    return !guest.isAlive();
                                })
                        .get();
        assertTrue(ended);
    }

    @Test
    void waitingForQuietEndsWithTheLastCallOrTheLimit() throws Exception {
        assertTrue(guests.awaitIdle(Duration.ZERO));
        CountDownLatch arrived = new CountDownLatch(2);
        CompletableFuture<Thread> guest = guests.run(() -> block(arrived));
        CompletableFuture<Thread> aside = guests.runAside(() -> block(arrived));
        arrived.await();
        assertFalse(guests.awaitIdle(Duration.ofMillis(20)));
        release.countDown();
        assertTrue(guests.awaitIdle(LONG));
        guest.get();
        aside.get();
    }

    @Test
    void aThreadThatCannotBePreparedFailsItsCall() {
        process.failToPrepare();
        CompletableFuture<Integer> call = guests.run(() -> 1);
        ExecutionException failure = assertThrows(ExecutionException.class, call::get);
        assertInstanceOf(RejectedExecutionException.class, failure.getCause());
        assertTrue(
                failure.getCause().getMessage().contains("sigaltstack(): ENOMEM"),
                failure.getCause().getMessage());
        assertEquals(0, guests.running());
        assertFalse(guests.hasIdle());
    }

    /** Threads for a guest in a process of its own, of which nothing else is asked. */
    private GuestThreads withFirstThread() {
        IsolatedGuest isolated =
                (IsolatedGuest)
                        Proxy.newProxyInstance(
                                GuestThreadsTest.class.getClassLoader(),
                                new Class<?>[] {IsolatedGuest.class},
                                (_, method, _) ->
                                        switch (method.getName()) {
                                            case "onEnd" -> null;
                                            case "end" -> Optional.empty();
                                            default -> throw new AssertionError(method);
                                        });
        return new GuestThreads(
                process, 4096, new Checkpoints(isolated, CheckpointOptions.DEFAULT, null));
    }

    /** Work on duty, each piece with the answer whether the thread stays on duty. */
    private record Pieces(
            GuestThreads owner, List<Boolean> stays, List<String> seen, CountDownLatch end)
            implements FirstThread.Duty {
        @Override
        public void perform(FirstThread thread) {
            for (boolean stay : stays) {
                thread.run(
                        () -> seen.add("works " + owner.running()),
                        () -> {
                            seen.add("asked " + owner.running());
                            return stay;
                        });
                seen.add("idle " + owner.hasIdle());
            }
            awaits(end);
        }

        @Override
        public void refused(RejectedExecutionException reason) {
            seen.add(reason.getMessage());
        }
    }

    /** A session that ends when no call runs has to find the thread. */
    @Test
    void theFirstThreadCanBeRetiredAsSoonAsItsLastWorkIsNoCall() throws Exception {
        GuestThreads owner = withFirstThread();
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        assertTrue(owner.giveToFirst(new Pieces(owner, List.of(true, false), seen, end)));
        while (seen.size() < 6) {
            Thread.onSpinWait();
        }
        String piece = "works 1, asked 1, idle true";
        assertEquals(piece + ", " + piece, String.join(", ", seen));
        assertTrue(owner.awaitIdle(Duration.ZERO));
        CompletableFuture<Boolean> retired =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                owner.retireIdle();
                                return true;
                            } catch (InterruptedException e) {
                                return false;
                            }
                        });
        assertThrows(TimeoutException.class, () -> retired.get(100, TimeUnit.MILLISECONDS));
        end.countDown();
        assertTrue(retired.get(10, TimeUnit.SECONDS));
        assertEquals(1, process.endedThreads());
    }

    @Test
    void racingCallersGetTheirOwnResults() throws Exception {
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int caller = i;
            callers.add(CompletableFuture.runAsync(() -> callManyTimes(caller)));
        }
        for (CompletableFuture<Void> caller : callers) {
            caller.get();
        }
        assertEquals(0, guests.running());
    }

    private void callManyTimes(int caller) {
        for (int i = 0; i < 500; i++) {
            int expected = caller * 1000 + i;
            assertEquals(expected, guests.run(() -> expected).join());
        }
    }
}
