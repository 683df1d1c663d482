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
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.KeptThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
final class GuestThreadsTest {
    /** Longer than a test may take. */
    private static final Duration LONG = Duration.ofHours(1);

    private static final GuestEnd CRASH = new GuestEnd.Exited(3);

    private final FakeGuestProcess process = new FakeGuestProcess(FakeGuestMemory.withGaps());
    private final Checkpoints checkpoints =
            new Checkpoints(new FakeGuest(), CheckpointOptions.DEFAULT, null);
    private final GuestThreads guests = new GuestThreads(process, 4096, checkpoints);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ProcessStub stub = new ProcessStub();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final Checkpoints ofProcess =
            new Checkpoints(
                    stub.guest(),
                    CheckpointOptions.DEFAULT,
                    new Checkpoints.Listener() {
                        @Override
                        public Runnable survived(
                                GuestEnd end, Checkpoints.Work during, int undone) {
                            throw new AssertionError(end);
                        }

                        @Override
                        public Runnable lost(GuestEnd end, String problem) {
                            return () -> lost.add(end.describe());
                        }

                        @Override
                        public Runnable incomplete(String problem) {
                            throw new AssertionError(problem);
                        }
                    },
                    Runnable::run);

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

    /** Two releases at a time: destructors may lie in the memory of either. */
    @Test
    void threadsThatAreRetiredAlreadyAreWaitedFor() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        process.atThreadEnd(() -> block(arrived));
        guests.run(() -> 1).get();
        CompletableFuture<Void> first = CompletableFuture.runAsync(this::retireIdle);
        arrived.await();
        assertTrue(guests.hasIdle(), "destructors run");
        CompletableFuture<Void> second = CompletableFuture.runAsync(this::retireIdle);
        assertThrows(TimeoutException.class, () -> second.get(100, TimeUnit.MILLISECONDS));
        release.countDown();
        first.get();
        second.get();
        assertFalse(guests.hasIdle());
    }

    private void retireIdle() {
        retireIdle(guests);
    }

    private static void retireIdle(GuestThreads owner) {
        try {
            owner.retireIdle();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void threadsThatLeaveAreWaitedFor() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        process.atThreadEnd(() -> block(arrived));
        List<String> aside = new CopyOnWriteArrayList<>();
        GuestThreads owner =
                new GuestThreads(
                        process,
                        4096,
                        checkpoints,
                        Duration.ofMillis(1),
                        Thread::start,
                        (name, work) -> {
                            aside.add(name);
                            KeptThreads.run(name, work);
                        });
        owner.run(() -> 1).get();
        arrived.await();
        assertEquals(List.of("end of a guest thread"), aside, "who waits is a thread that is kept");
        assertTrue(owner.hasIdle(), "destructors run");
        release.countDown();
        owner.retireIdle();
        assertFalse(owner.hasIdle());
        assertEquals(0, process.preparedThreads());
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
        return withFirstThread(4096, Duration.ofMinutes(1));
    }

    private GuestThreads withFirstThread(int mostCalls, Duration keep) {
        ofProcess.watch();
        return new GuestThreads(
                process, mostCalls, ofProcess, keep, Thread::start, KeptThreads::run);
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

    private void releaseOnce(Thread waiter) {
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        release.countDown();
    }

    @Test
    void whoWaitsForQuietIsToldOfTheLastCall() throws Exception {
        Thread here = Thread.currentThread();
        assertFalse(guests.runAside(() -> Thread.currentThread().equals(here)).get());
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Thread> call = guests.run(() -> block(arrived));
        arrived.await();
        assertFalse(guests.awaitIdle(Duration.ZERO));
        Thread.ofPlatform().daemon().start(() -> releaseOnce(here));
        assertTrue(guests.awaitIdle(LONG));
        assertNotEquals(here, call.get());
    }

    @Test
    void whoWaitsForQuietIsToldOfTheLastCallAside() throws Exception {
        Thread here = Thread.currentThread();
        CompletableFuture<Thread> aside = guests.runAside(() -> block(new CountDownLatch(1)));
        Thread.ofPlatform().daemon().start(() -> releaseOnce(here));
        assertTrue(guests.awaitIdle(LONG));
        assertTrue(aside.get().isDaemon());
    }

    @Test
    void theFirstThreadIsNotIdleBeforeItHasHadWork() throws Exception {
        GuestThreads owner = withFirstThread();
        owner.makeFirst(() -> {});
        owner.makeFirst(() -> {});
        assertFalse(owner.hasIdle(), "guest code has left nothing there");
        Thread first = owner.run(Thread::currentThread).get();
        assertEquals("guest-0", first.getName());
        assertTrue(owner.hasIdle());
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, seen))));
        assertEquals(first, seen.get());
        assertTrue(owner.awaitIdle(LONG));
        owner.retireIdle();
        assertFalse(owner.hasIdle());
        assertEquals(1, process.mainThreads());
        assertEquals(1, process.endedThreads());
    }

    @Test
    void theFirstThreadBeginsWithWhatComesBeforeItIsPrepared() throws Exception {
        GuestThreads owner = withFirstThread();
        List<String> seen = new CopyOnWriteArrayList<>();
        Runnable before =
                () -> seen.add(Thread.currentThread().getName() + " " + process.mainThreads());
        assertTrue(owner.makeFirst(before));
        assertEquals("guest-0", owner.run(Thread::currentThread).get().getName());
        assertFalse(owner.makeFirst(() -> seen.add("again")));
        owner.retireIdle();
        assertEquals(List.of("guest-0 0"), seen);
    }

    @Test
    void theFirstThreadGetsADutyThoughItHasHadNoWork() throws Exception {
        GuestThreads owner = withFirstThread();
        owner.makeFirst(() -> {});
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, seen))));
        assertEquals("guest-0", seen.get().getName());
        assertTrue(owner.awaitIdle(LONG));
        assertTrue(owner.hasIdle());
        owner.retireIdle();
    }

    @Test
    void aFirstThreadWithoutWorkIsRetiredToo() throws Exception {
        GuestThreads owner = withFirstThread();
        owner.makeFirst(() -> {});
        owner.retireIdle();
        assertEquals(1, process.endedThreads());
        owner.makeFirst(() -> {});
        assertEquals("guest-1", owner.run(Thread::currentThread).get().getName());
        owner.retireIdle();
        assertEquals(2, process.mainThreads());
    }

    @Test
    void theNextFirstThreadIsOnTheSameJavaThread() throws Exception {
        GuestThreads owner = withFirstThread();
        Thread first = owner.run(Thread::currentThread).get();
        owner.retireIdle();
        assertEquals(1, process.endedThreads(), "its destructors have been waited for");
        assertFalse(owner.hasIdle());
        assertEquals(first, owner.run(Thread::currentThread).get());
        assertEquals("guest-1", first.getName());
        assertEquals(2, process.mainThreads());
        owner.retireIdle();
        owner.close();
        first.join();
    }

    @Test
    void theFirstThreadRunsItsDestructorsBeforeAndAfterTheWorkThatEndsIt() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        GuestThreads owner = withFirstThread();
        process.atThreadEnd(() -> seen.add("destructors"));
        owner.run(() -> 1).get();
        Supplier<Integer> work =
                () -> {
                    seen.add(Thread.currentThread().getName() + " of " + owner.running());
                    return 7;
                };
        assertEquals(7, owner.endFirstAndRun(work).orElseThrow().get());
        owner.retireIdle();
        assertEquals(List.of("destructors", "guest-1 of 1", "destructors"), seen);
        assertEquals(2, process.endedThreads());
        assertEquals(0, owner.running());
        assertFalse(owner.hasIdle());
    }

    /** The machine is busy: a release comes before the Java thread of the first one has begun. */
    @Test
    void theFirstThreadEndsForWorkAlsoBeforeItHasBegun() throws Exception {
        List<Thread> made = new ArrayList<>();
        ofProcess.watch();
        GuestThreads owner =
                new GuestThreads(process, 4096, ofProcess, LONG, made::add, KeptThreads::run);
        assertTrue(owner.makeFirst(() -> {}));
        CompletableFuture<Integer> done = owner.endFirstAndRun(() -> 7).orElseThrow();
        assertFalse(done.isDone());
        made.getFirst().start();
        assertEquals(7, done.get());
        owner.retireIdle();
        assertEquals(1, made.size());
        assertEquals(2, process.endedThreads());
        owner.close();
        made.getFirst().join();
    }

    @Test
    void whoEndsTheFirstThreadIsToldIfThatCannotBePrepared() throws Exception {
        List<Thread> made = new ArrayList<>();
        ofProcess.watch();
        GuestThreads owner =
                new GuestThreads(process, 4096, ofProcess, LONG, made::add, KeptThreads::run);
        assertTrue(owner.makeFirst(() -> {}));
        CompletableFuture<Integer> done = owner.endFirstAndRun(() -> 7).orElseThrow();
        process.failToPrepare();
        made.getFirst().start();
        assertInstanceOf(
                RejectedExecutionException.class,
                assertThrows(ExecutionException.class, done::get).getCause());
        owner.retireIdle();
        assertEquals(0, owner.running());
        assertFalse(owner.hasIdle());
        process.canPrepareAgain();
        assertTrue(owner.makeFirst(() -> {}), "there is none");
    }

    @Test
    void aFaultOfOursThatEndsTheFirstThreadHoldsNobodyUp() throws Exception {
        List<Throwable> faults = new CopyOnWriteArrayList<>();
        AssertionError fault = new AssertionError("a fault");
        ofProcess.watch();
        GuestThreads owner =
                new GuestThreads(
                        process,
                        4096,
                        ofProcess,
                        LONG,
                        thread -> {
                            thread.setUncaughtExceptionHandler((_, thrown) -> faults.add(thrown));
                            thread.start();
                        },
                        KeptThreads::run);
        Thread first = owner.run(Thread::currentThread).get();
        process.atThreadEnd(
                () -> {
                    throw fault;
                });
        owner.retireIdle();
        first.join();
        assertEquals(List.of(fault), faults);
        process.atThreadEnd(() -> {});
        assertEquals(7, owner.run(() -> 7).get(), "others are there");
        owner.retireIdle();
    }

    /** They may wait for that work. */
    @Test
    void workThatComesWhileTheFirstThreadRunsDestructorsDoesNotWaitForThem() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        GuestThreads owner = withFirstThread();
        process.atThreadEnd(() -> block(arrived));
        owner.run(() -> 1).get();
        CompletableFuture<String> last =
                owner.endFirstAndRun(() -> Thread.currentThread().getName()).orElseThrow();
        arrived.await();
        assertTrue(owner.hasIdle(), "destructors run");
        assertEquals("guest-2", owner.run(() -> Thread.currentThread().getName()).get());
        assertFalse(last.isDone());
        release.countDown();
        assertEquals("guest-1", last.get());
        owner.retireIdle();
        assertFalse(owner.hasIdle());
    }

    @Test
    void theFirstThreadEndsForWorkOnlyIfItIsTheOnlyOneThatIsIdle() throws Exception {
        GuestThreads owner = withFirstThread();
        assertTrue(owner.endFirstAndRun(() -> 1).isEmpty(), "there is none");
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Thread> first = owner.run(() -> block(arrived));
        arrived.await();
        assertTrue(owner.endFirstAndRun(() -> 1).isEmpty(), "it is busy");
        owner.run(() -> 1).get();
        release.countDown();
        first.get();
        assertTrue(owner.endFirstAndRun(() -> 1).isEmpty(), "another one is idle");
        assertEquals(0, owner.running());
        owner.retireIdle();
        assertEquals(2, process.endedThreads());
    }

    @Test
    void aGuestInThisProcessHasNoFirstThread() {
        assertFalse(guests.makeFirst(() -> {}));
        assertFalse(guests.hasIdle());
        assertEquals(0, process.mainThreads());
    }

    @Test
    void aFirstThreadThatCannotBePreparedIsMadeAnewForItsWork() throws Exception {
        List<Thread> started = new CopyOnWriteArrayList<>();
        ofProcess.watch();
        GuestThreads owner =
                new GuestThreads(
                        process,
                        4096,
                        ofProcess,
                        Duration.ofMinutes(1),
                        thread -> {
                            started.add(thread);
                            thread.start();
                        },
                        KeptThreads::run);
        process.failToPrepare();
        owner.makeFirst(() -> {});
        started.getFirst().join();
        process.canPrepareAgain();
        assertEquals("guest-1", owner.run(Thread::currentThread).get().getName());
        assertEquals(0, owner.running());
        owner.retireIdle();
        assertFalse(owner.hasIdle());
    }

    @Test
    void aThreadWithoutWorkEndsAfterAWhile() throws Exception {
        for (boolean hasFirst : new boolean[] {false, true}) {
            GuestThreads owner =
                    new GuestThreads(
                            process,
                            4096,
                            hasFirst ? ofProcess : checkpoints,
                            Duration.ofMillis(1),
                            Thread::start,
                            KeptThreads::run);
            Thread thread = owner.run(Thread::currentThread).get();
            awaitNoneIdle(owner);
            assertFalse(thread.isAlive());
            assertEquals(0, process.preparedThreads());
            Thread next = owner.run(Thread::currentThread).get();
            assertNotEquals(thread, next);
            next.join();
        }
        assertEquals(2, process.mainThreads(), "the first thread has been made anew");
    }

    private static void awaitNoneIdle(GuestThreads owner) throws InterruptedException {
        while (owner.hasIdle()) {
            Thread.sleep(1);
        }
    }

    @Test
    void theFirstThreadGetsWorkBeforeOthers() throws Exception {
        GuestThreads owner = withFirstThread();
        CountDownLatch endOfFirst = new CountDownLatch(1);
        CountDownLatch endOfSecond = new CountDownLatch(1);
        CompletableFuture<Thread> first = owner.run(() -> blockUntil(endOfFirst));
        CompletableFuture<Thread> second = owner.run(() -> blockUntil(endOfSecond));
        endOfFirst.countDown();
        first.get();
        endOfSecond.countDown();
        assertNotEquals(first.get(), second.get());
        assertEquals(first.get(), owner.run(Thread::currentThread).get(), "it was idle longer");
        assertEquals(1, process.mainThreads());
        assertEquals(2, process.preparedThreads());
        owner.retireIdle();
    }

    /** Its destructors may wait for the work. */
    @Test
    void workThatComesWhileTheFirstThreadEndsGetsAnother() throws Exception {
        GuestThreads owner = withFirstThread();
        CountDownLatch arrived = new CountDownLatch(1);
        process.atThreadEnd(() -> block(arrived));
        owner.run(() -> 1).get();
        CompletableFuture<Void> retired =
                owner.runAside(
                        () -> {
                            retireIdle(owner);
                            return null;
                        });
        arrived.await();
        process.atThreadEnd(() -> {});
        assertFalse(
                owner.giveToFirst(
                        new Pieces(owner, List.of(), new ArrayList<>(), new CountDownLatch(0))));
        assertEquals(2, owner.run(() -> 2).get(10, TimeUnit.SECONDS));
        assertEquals(1, process.mainThreads());
        release.countDown();
        retired.get();
        owner.retireIdle();
        owner.run(() -> 3).get();
        assertEquals(2, process.mainThreads());
        owner.retireIdle();
    }

    private static Thread blockUntil(CountDownLatch end) {
        assertTrue(awaits(end));
        return Thread.currentThread();
    }

    @Test
    void statesAreNotedOnTheFirstThread() throws Exception {
        GuestThreads owner = withFirstThread();
        CompletableFuture<Long> taken =
                owner.run(
                        () -> {
                            ofProcess.beforeGuestCode();
                            return ofProcess.taken();
                        });
        assertEquals(1, taken.get());
        owner.retireIdle();
    }

    /** The line of a controller that is told of a result before the end would go on. */
    @Test
    void theEndOfTheGuestIsToldBeforeTheResultOfTheWorkThatItEnds() throws Exception {
        GuestThreads owner = withFirstThread();
        CompletableFuture<List<String>> during =
                owner.run(
                        () -> {
                            stub.end(CRASH);
                            return List.copyOf(lost);
                        });
        assertEquals(List.of(), during.get(), "as long as the work runs");
        assertEquals(List.of(CRASH.describe()), lost);
        owner.retireIdle();
    }

    @Test
    void theEndOfTheGuestIsToldBeforeWorkOnDutyEnds() throws Exception {
        GuestThreads owner = withFirstThread();
        CompletableFuture<List<String>> seen = new CompletableFuture<>();
        owner.giveToFirst(
                duty(
                        thread -> {
                            List<String> told = new ArrayList<>();
                            thread.run(
                                    () -> {
                                        stub.end(CRASH);
                                        return told.addAll(lost);
                                    },
                                    () -> {
                                        told.add("asked");
                                        told.addAll(lost);
                                        return false;
                                    });
                            seen.complete(told);
                        }));
        assertEquals(List.of("asked", CRASH.describe()), seen.get());
        owner.retireIdle();
    }

    private static FirstThread.Duty duty(Consumer<FirstThread> does) {
        return new FirstThread.Duty() {
            @Override
            public void perform(FirstThread thread) {
                does.accept(thread);
            }

            @Override
            public void refused(RejectedExecutionException reason) {
                throw new AssertionError(reason);
            }
        };
    }

    @Test
    void workOfAGuestThatIsGoneRunsAndFindsThatOut() throws Exception {
        process.end(CRASH);
        for (GuestThreads owner : List.of(guests, withFirstThread())) {
            assertEquals(7, owner.run(() -> 7).get());
            owner.retireIdle();
        }
        assertEquals(0, process.endedThreads(), "there was none");
    }

    /** On such a thread, no state of a guest that has returned would be noted. */
    @Test
    void aThreadThatHasFoundNoGuestDoesNoMoreWork() throws Exception {
        for (GuestThreads owner : List.of(guests, withFirstThread())) {
            process.end(CRASH);
            Thread without = owner.run(Thread::currentThread).get();
            assertFalse(owner.hasIdle());
            process.goOnAfterEnd();
            assertNotEquals(without, owner.run(Thread::currentThread).get());
            without.join();
            assertEquals(1, process.preparedThreads());
            owner.retireIdle();
        }
        assertEquals(2, process.mainThreads());
    }

    @Test
    void aDutyOfAFirstThreadThatHasFoundNoGuestIsItsLast() throws Exception {
        GuestThreads owner = withFirstThread();
        process.end(CRASH);
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, seen))));
        seen.get().join();
        assertEquals(0, owner.running());
        assertFalse(owner.hasIdle());
    }

    @Test
    void aDutyIsForAFirstThreadThatIsIdleOrNotMadeYet() throws Exception {
        FirstThread.Duty never = duty(_ -> lost.add("ran"));
        assertFalse(guests.giveToFirst(never), "no thread is the first one");
        GuestThreads owner = withFirstThread();
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Thread> first = owner.run(() -> block(arrived));
        arrived.await();
        assertFalse(owner.giveToFirst(never), "the first thread is busy");
        assertEquals(1, owner.running());
        release.countDown();
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        first.get();
        assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, seen))));
        assertEquals(first.get(), seen.get());
        assertTrue(owner.awaitIdle(LONG));
        owner.retireIdle();
        assertEquals(List.of(), lost);
    }

    private static void runOnce(FirstThread thread, CompletableFuture<Thread> seen) {
        seen.complete(thread.run(Thread::currentThread, () -> false));
    }

    /** Waits until the first thread has no duty any more, and returns it; it is idle then. */
    private static Thread awaitRest(GuestThreads owner) throws Exception {
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        while (!owner.giveToFirst(duty(thread -> runOnce(thread, seen)))) {
            Thread.sleep(1);
        }
        return seen.get();
    }

    @Test
    void aFirstThreadThatCannotBeMadeRefusesItsDutyAndIsMadeForTheNextOne() throws Exception {
        GuestThreads owner = withFirstThread();
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch end = new CountDownLatch(0);
        process.failToPrepare();
        assertTrue(owner.giveToFirst(new Pieces(owner, List.of(true), seen, end)));
        assertTrue(owner.awaitIdle(LONG));
        while (seen.isEmpty()) {
            Thread.onSpinWait();
        }
        assertTrue(seen.getFirst().contains("sigaltstack(): ENOMEM"), seen.getFirst());
        assertFalse(owner.hasIdle());
        process.canPrepareAgain();
        CompletableFuture<Thread> next = new CompletableFuture<>();
        assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, next))));
        assertTrue(next.get().isDaemon());
        assertTrue(owner.awaitIdle(LONG));
        owner.retireIdle();
        assertEquals(2, process.mainThreads());
    }

    /** Otherwise a release would wait for a thread that has left already. */
    @Test
    void aFirstThreadWhoseDutyHasEndedIsIdleLikeAnyOther() throws Exception {
        GuestThreads owner = withFirstThread();
        List<String> seen = new CopyOnWriteArrayList<>();
        assertTrue(
                owner.giveToFirst(new Pieces(owner, List.of(true), seen, new CountDownLatch(0))));
        Thread thread = awaitRest(owner);
        assertEquals(List.of("works 1", "asked 1", "idle true"), seen);
        assertEquals(thread, owner.run(Thread::currentThread).get());
        owner.retireIdle();
        assertFalse(owner.hasIdle());
        assertEquals(1, process.endedThreads());
    }

    @Test
    void aFirstThreadOnDutyIsNotIdleWhileItWorks() throws Exception {
        GuestThreads owner = withFirstThread();
        CompletableFuture<List<Boolean>> seen = new CompletableFuture<>();
        owner.giveToFirst(
                duty(
                        thread -> {
                            List<Boolean> idle = new ArrayList<>();
                            for (int piece = 0; piece < 2; piece++) {
                                idle.add(thread.run(owner::hasIdle, () -> true));
                                idle.add(owner.hasIdle());
                            }
                            seen.complete(idle);
                        }));
        assertEquals(List.of(false, true, false, true), seen.get());
        owner.retireIdle();
    }

    /** Work on duty is refused like any other; the thread then asks whether its duty goes on. */
    @Test
    void workOnDutyIsRefusedIfAsManyCallsRunAsMay() throws Exception {
        for (boolean stays : new boolean[] {true, false}) {
            GuestThreads owner = withFirstThread(1, Duration.ofMinutes(1));
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch full = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            CompletableFuture<String> refusal = new CompletableFuture<>();
            owner.giveToFirst(
                    duty(
                            thread -> {
                                thread.run(() -> 0, () -> true);
                                begun.countDown();
                                awaits(full);
                                RejectedExecutionException refused =
                                        assertThrows(
                                                RejectedExecutionException.class,
                                                () -> thread.run(() -> 0, () -> stays));
                                refusal.complete(refused.getMessage());
                                awaits(end);
                            }));
            begun.await();
            CompletableFuture<Boolean> other = owner.runAside(() -> awaits(end));
            full.countDown();
            assertEquals("no guest thread for the call: 1 calls run", refusal.get());
            assertTrue(owner.hasIdle());
            if (stays) {
                assertFalse(owner.giveToFirst(duty(_ -> {})), "it has its duty");
            } else {
                assertThrows(
                        RejectedExecutionException.class,
                        () -> owner.giveToFirst(duty(_ -> {})),
                        "it is idle, and the other call runs");
            }
            end.countDown();
            other.get();
            assertEquals(awaitRest(owner), owner.run(Thread::currentThread).get());
            owner.retireIdle();
            assertFalse(owner.hasIdle());
        }
        assertEquals(2, process.endedThreads());
        assertEquals(2, process.mainThreads());
    }

    @Test
    void aFirstThreadThatHasBeenRetiredIsMadeAgain() throws Exception {
        GuestThreads owner = withFirstThread();
        for (int made = 1; made <= 2; made++) {
            CompletableFuture<Thread> seen = new CompletableFuture<>();
            assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, seen))));
            assertTrue(seen.get().isDaemon());
            awaitRest(owner);
            assertTrue(owner.awaitIdle(LONG));
            owner.retireIdle();
            assertEquals(made, process.mainThreads());
        }
    }

    @Test
    void aFirstThreadAtWorkStaysTheFirstWhenOthersAreRetired() throws Exception {
        GuestThreads owner = withFirstThread();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        assertTrue(
                owner.giveToFirst(
                        duty(
                                thread ->
                                        thread.run(
                                                () -> {
                                                    begun.countDown();
                                                    return awaits(end);
                                                },
                                                () -> false))));
        begun.await();
        assertTrue(owner.run(() -> true).get());
        owner.retireIdle();
        assertFalse(owner.hasIdle());
        assertFalse(owner.giveToFirst(duty(_ -> {})), "it is at work");
        end.countDown();
        awaitRest(owner);
        assertTrue(owner.awaitIdle(LONG));
        owner.retireIdle();
        assertEquals(1, process.mainThreads());
        assertEquals(2, process.endedThreads());
    }

    /** A user may have as many threads as are allowed. */
    @Test
    void aCallWhoseThreadCannotStartIsRefusedAndCountsNoMore() throws Exception {
        AtomicBoolean isFull = new AtomicBoolean(true);
        ofProcess.watch();
        Runnable require =
                () -> {
                    if (isFull.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                };
        GuestThreads owner =
                new GuestThreads(
                        process,
                        1,
                        ofProcess,
                        Duration.ofMinutes(1),
                        thread -> {
                            require.run();
                            thread.start();
                        },
                        (name, work) -> {
                            require.run();
                            KeptThreads.run(name, work);
                        });
        FirstThread.Duty never = duty(_ -> lost.add("ran"));
        for (int round = 0; round < 2; round++) {
            assertNotStarted(owner, () -> owner.run(() -> lost.add("ran")));
            assertNotStarted(owner, () -> owner.giveToFirst(never));
            assertNotStarted(owner, () -> owner.runAside(() -> lost.add("ran")));
        }
        isFull.set(false);
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        assertTrue(owner.giveToFirst(duty(thread -> runOnce(thread, seen))), "there is none yet");
        assertTrue(seen.get().isDaemon());
        assertTrue(owner.awaitIdle(LONG));
        owner.retireIdle();
        assertEquals(1, process.mainThreads());
        assertEquals(List.of(), lost);
    }

    private static void assertNotStarted(GuestThreads owner, Executable call) {
        RejectedExecutionException refused = assertThrows(RejectedExecutionException.class, call);
        assertEquals(
                "no thread for the call: unable to create native thread", refused.getMessage());
        assertInstanceOf(OutOfMemoryError.class, refused.getCause());
        assertEquals(0, owner.running());
        assertFalse(owner.hasIdle());
    }

    @Test
    void aDutyIsRefusedIfAsManyCallsRunAsMayAndTheFirstThreadStaysIdle() throws Exception {
        GuestThreads owner = withFirstThread(1, Duration.ofMinutes(1));
        Thread first = owner.run(Thread::currentThread).get();
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> other = owner.runAside(() -> awaits(end));
        assertThrows(
                RejectedExecutionException.class,
                () -> owner.giveToFirst(duty(_ -> lost.add("ran"))));
        assertEquals(1, owner.running());
        assertTrue(owner.hasIdle());
        end.countDown();
        other.get();
        assertEquals(first, owner.run(Thread::currentThread).get());
        owner.retireIdle();
        assertEquals(List.of(), lost);
    }

    @Test
    void whatWorkOnDutyThrowsIsTheDutysAndTheCallHasEnded() throws Exception {
        GuestThreads owner = withFirstThread();
        CompletableFuture<String> seen = new CompletableFuture<>();
        Supplier<Object> fails = () -> sneak(new IllegalStateException("bug"));
        owner.giveToFirst(
                duty(
                        thread -> {
                            IllegalStateException thrown =
                                    assertThrows(
                                            IllegalStateException.class,
                                            () -> thread.run(fails, () -> true));
                            int running = owner.running();
                            int next = thread.run(owner::running, () -> true);
                            seen.complete(thrown.getMessage() + " " + running + " " + next);
                        }));
        assertEquals("bug 0 1", seen.get());
        awaitRest(owner);
        assertTrue(owner.awaitIdle(LONG));
        owner.retireIdle();
    }

    @Test
    void aThreadThatMayNotWaitForWorkEndsAfterIts() throws Exception {
        GuestThreads owner = withFirstThread(4096, Duration.ZERO);
        for (int made = 1; made <= 2; made++) {
            Thread thread = owner.run(Thread::currentThread).get();
            thread.join();
            while (owner.hasIdle()) { // who waits for its end notes that soon
                Thread.sleep(1);
            }
            assertEquals(made, process.mainThreads());
        }
        assertEquals(0, process.preparedThreads());
    }

    /** The first thread would be made once more, and the guest has only one. */
    @Test
    void theFirstThreadStaysTheFirstWhenAnotherOneLeaves() throws Exception {
        GuestThreads owner = withFirstThread(4096, Duration.ZERO);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Thread> first =
                owner.run(
                        () -> {
                            begun.countDown();
                            return blockUntil(end);
                        });
        begun.await();
        owner.run(Thread::currentThread).get().join();
        owner.run(Thread::currentThread).get().join();
        assertFalse(owner.giveToFirst(duty(_ -> {})), "it is at work");
        end.countDown();
        first.get().join();
        assertEquals(1, process.mainThreads());
    }

    @Test
    void aFirstThreadIsStillOneWhenAnotherOneCannotBePrepared() throws Exception {
        GuestThreads owner = withFirstThread();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Thread> first =
                owner.run(
                        () -> {
                            begun.countDown();
                            return blockUntil(end);
                        });
        begun.await();
        process.failToPrepare();
        assertThrows(ExecutionException.class, owner.run(() -> 1)::get);
        assertEquals(1, owner.running());
        process.canPrepareAgain();
        assertTrue(owner.run(() -> true).get());
        end.countDown();
        assertTrue(first.get().isAlive());
        owner.retireIdle();
        assertEquals(1, process.mainThreads());
        assertEquals(2, process.endedThreads());
    }

    @Test
    void eachThreadHasANameOfItsOwn() throws Exception {
        CountDownLatch arrived = new CountDownLatch(3);
        Supplier<String> work = () -> block(arrived).getName();
        List<CompletableFuture<String>> calls =
                List.of(guests.run(work), guests.runAside(work), guests.run(work));
        arrived.await();
        release.countDown();
        List<String> names = new ArrayList<>();
        for (CompletableFuture<String> call : calls) {
            names.add(call.get());
        }
        assertEquals(List.of("guest-0", "aside-1", "guest-2"), names);
    }
}
