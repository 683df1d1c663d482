package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests when a daemon in the background ends. */
@Timeout(60)
final class DaemonActivityTest {
    private static final Duration LONG = Duration.ofHours(1);

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
        assertEquals(1, activity.awaitPause(0, Duration.ofMillis(1)));
    }
}
