package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests when a daemon in the background ends. */
@Timeout(60)
final class DaemonActivityTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final long POLL_NANOS = 1_000_000;

    private final AtomicBoolean isCurrent = new AtomicBoolean(true);

    private DaemonActivity activity(Duration limit) {
        return new DaemonActivity(limit, isCurrent::get);
    }

    @Test
    void itCountsWhatItServes() {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        assertTrue(activity.begin());
        activity.end(true);
        assertEquals(1, activity.running());
        assertEquals(2, activity.served());
    }

    @Test
    void whatItRefusesDoesNotCount() {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        assertTrue(activity.begin());
        activity.end(false);
        assertEquals(1, activity.served());
        assertEquals(1, activity.running());
    }

    @Test
    void itEndsWhenItIsIdle() throws InterruptedException {
        DaemonActivity activity = activity(Duration.ofMillis(20));
        activity.awaitStop();
        assertFalse(activity.begin());
    }

    /** Without the end of what runs, the wait would be over at once. */
    @Test
    void itIsNotIdleWhileSomethingRuns() throws InterruptedException {
        DaemonActivity activity = activity(Duration.ofNanos(1));
        assertTrue(activity.begin());
        assertEquals(Duration.ofNanos(1), activity.idleLeft());
        Thread end = Thread.ofPlatform().start(() -> activity.end(true));
        activity.awaitStop();
        end.join();
        assertEquals(0, activity.running());
    }

    @Test
    void onceStoppedItServesTheRest() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        activity.stop();
        activity.awaitStop();
        assertFalse(activity.begin());
        assertEquals(Duration.ZERO, activity.idleLeft());
        Thread end = Thread.ofPlatform().start(() -> activity.end(true));
        activity.awaitRest();
        end.join();
        assertEquals(1, activity.served());
    }

    @Test
    void anotherBuildTakesItsPlaceAtTheNextLaunch() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        isCurrent.set(false);
        assertFalse(activity.begin());
        activity.awaitStop();
        assertEquals(1, activity.running());
    }

    @Test
    void aPauseComesAfterWork() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        activity.end(true);
        assertEquals(1, activity.awaitPause(0, Duration.ofMillis(1), LONG));
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Test
    void whoWaitsForTheEndIsToldAtOnce() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        Thread here = Thread.currentThread();
        Thread stopper =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    awaitWaiting(here);
                                    activity.stop();
                                });
        activity.awaitStop();
        stopper.join();
        assertFalse(activity.begin());
        assertEquals(0, activity.served());
    }

    @Test
    void whoWaitsForRestIsToldOfTheLastEnd() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        activity.awaitRest();
        assertTrue(activity.begin());
        assertTrue(activity.begin());
        Thread here = Thread.currentThread();
        Thread ender =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    awaitWaiting(here);
                                    activity.end(true);
                                    activity.end(true);
                                });
        activity.awaitRest();
        assertEquals(0, activity.running());
        ender.join();
    }

    @Test
    void itIsIdleFromTheEndOfItsLastWorkOn() throws InterruptedException {
        Duration limit = Duration.ofMillis(100);
        DaemonActivity activity = activity(limit);
        Thread.sleep(20);
        assertTrue(activity.idleLeft().compareTo(limit) < 0);
        assertTrue(activity.begin());
        Thread.sleep(100);
        assertEquals(limit, activity.idleLeft(), "while it serves");
        long begin = System.nanoTime();
        activity.end(true);
        activity.awaitStop();
        assertTrue(System.nanoTime() - begin >= limit.toNanos(), "not before");
    }

    @Test
    void itIsIdleFromItsBeginOn() throws InterruptedException {
        Duration limit = Duration.ofMillis(50);
        DaemonActivity activity = activity(limit);
        Thread.sleep(60);
        assertEquals(Duration.ZERO, activity.idleLeft());
        long begin = System.nanoTime();
        activity.open();
        activity.awaitStop();
        assertTrue(System.nanoTime() - begin >= limit.toNanos());
    }

    /** A session may be open for hours, while others end. */
    @Test
    void aPauseComesWhileSomethingStillRuns() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        assertTrue(activity.begin());
        activity.end(true);
        assertEquals(1, activity.awaitPause(0, Duration.ofMillis(1), LONG));
        assertEquals(1, activity.running());
    }

    @Test
    void aBeginIsNoPause() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        activity.end(true);
        Duration pause = Duration.ofMillis(50);
        Thread.sleep(60);
        long begin = System.nanoTime();
        assertTrue(activity.begin());
        assertEquals(1, activity.awaitPause(0, pause, LONG));
        assertTrue(System.nanoTime() - begin >= pause.toNanos());
    }

    /** What was served before does not count, nor does what still runs. */
    @Test
    void aPauseIsWaitedForAfterTheNextWorkHasEnded() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        activity.end(true);
        Duration pause = Duration.ofMillis(30);
        Thread here = Thread.currentThread();
        long[] ended = new long[1];
        Thread worker =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    awaitWaiting(here);
                                    assertTrue(activity.begin());
                                    awaitWaiting(here);
                                    ended[0] = System.nanoTime();
                                    activity.end(true);
                                });
        assertEquals(2, activity.awaitPause(1, pause, LONG));
        assertTrue(System.nanoTime() - ended[0] >= pause.toNanos());
        worker.join();
    }

    /** A session may work for hours, and launches may follow each other without a pause. */
    @Test
    void aWaitForAPauseIsLimitedWhileSomethingRuns() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        assertEquals(0, activity.awaitPause(0, LONG, Duration.ofMillis(1)));
        activity.end(true);
        assertEquals(0, activity.awaitPause(0, LONG, Duration.ofMillis(1)));
        assertTrue(activity.begin());
        assertEquals(1, activity.awaitPause(1, LONG, Duration.ofMillis(1)), "as much as before");
    }

    @Test
    void whatBeginsWhileNothingIsDoneBeginsTheLimit() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        Thread here = Thread.currentThread();
        Thread worker =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    awaitWaiting(here);
                                    assertTrue(activity.begin());
                                });
        assertEquals(0, activity.awaitPause(0, LONG, Duration.ofMillis(1)));
        worker.join();
        assertEquals(1, activity.running());
    }

    @Test
    void whoWaitsForAPauseSleeps() throws InterruptedException {
        DaemonActivity activity = activity(LONG);
        assertTrue(activity.begin());
        activity.end(true);
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread waiting =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        activity.awaitPause(0, LONG, LONG);
                                    } catch (InterruptedException e) {
                                        isInterrupted.set(true);
                                    }
                                });
        awaitWaiting(waiting);
        waiting.interrupt();
        waiting.join();
        assertTrue(isInterrupted.get());
    }

    /** It looks for that itself, because nobody tells it. */
    @Test
    void anotherBuildTakesItsPlaceAlthoughSomethingRuns() throws InterruptedException {
        DaemonActivity activity = activity(Duration.ofMillis(5));
        assertTrue(activity.begin());
        Thread waiting =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        activity.awaitStop();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        waiting.join(Duration.ofMillis(100));
        assertTrue(waiting.isAlive(), "it serves, and its build is there");
        isCurrent.set(false);
        waiting.join();
        assertEquals(Duration.ZERO, activity.idleLeft());
        assertEquals(1, activity.running());
    }
}
