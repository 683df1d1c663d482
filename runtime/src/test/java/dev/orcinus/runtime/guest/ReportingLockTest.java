package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests when reports are told that come up under a lock. */
final class ReportingLockTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ReportingLock lock = new ReportingLock();
    private final List<String> told = new ArrayList<>();

    @Test
    void reportsAreToldInTheirOrderWhenTheLockIsFree() throws InterruptedException {
        lock.run(
                () -> {
                    lock.report(() -> told.add("one"));
                    lock.report(() -> told.add("two"));
                    assertEquals(List.of(), told);
                });
        assertEquals(List.of("one", "two"), told);
        assertTrue(lock.awaitReports(Duration.ZERO));
    }

    @Test
    void whoKeepsTheLockTellsLater() throws InterruptedException {
        lock.lock();
        lock.run(() -> lock.report(() -> told.add("one")));
        assertEquals(List.of(), told);
        assertFalse(lock.awaitReports(Duration.ZERO));
        lock.unlock();
        assertEquals(List.of("one"), told);
    }

    @Test
    void othersGetTheLockWhileAReportRuns() {
        Thread other = new Thread(() -> lock.run(() -> told.add("other")));
        other.setDaemon(true);
        lock.run(() -> lock.report(() -> runToEnd(other)));
        assertEquals(List.of("other"), told);
    }

    private static void runToEnd(Thread thread) {
        thread.start();
        try {
            assertTrue(thread.join(LIMIT));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theLockIsGivenBackAndReportsAreToldThoughTheStepThrows() {
        assertThrows(
                IllegalStateException.class,
                () ->
                        lock.run(
                                () -> {
                                    lock.report(() -> told.add("one"));
                                    throw new IllegalStateException("as in a broken step");
                                }));
        assertEquals(List.of("one"), told);
        Thread other = new Thread(() -> lock.run(() -> told.add("other")));
        other.setDaemon(true);
        runToEnd(other);
        assertEquals(List.of("one", "other"), told);
    }
}
