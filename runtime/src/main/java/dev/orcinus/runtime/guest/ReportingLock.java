package dev.orcinus.runtime.guest;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock under which reports for the user come up, each of which may have to wait for the reader of
 * a log. Who has added some tells them when it has given the lock back for the last time. Only who
 * holds the lock adds reports; many threads may use the rest.
 */
final class ReportingLock {
    private final ReentrantLock lock = new ReentrantLock();
    private final DueReports reports = new DueReports();

    /** Whether who has the lock has added reports. */
    private boolean hasReported;

    /** Takes the lock, which the calling thread may have already. */
    void lock() {
        lock.lock();
    }

    /** Gives the lock back, and tells what has happened if the calling thread does not keep it. */
    void unlock() {
        boolean tells = lock.getHoldCount() == 1 && hasReported;
        if (tells) {
            hasReported = false;
        }
        lock.unlock();
        if (tells) {
            reports.tell();
        }
    }

    /** Runs something under the lock. */
    void run(Runnable guarded) {
        lock();
        try {
            guarded.run();
        } finally {
            unlock();
        }
    }

    /** Adds a report. */
    void report(Runnable due) {
        reports.add(due);
        hasReported = true;
    }

    /**
     * Waits until all reports have been told, but no longer than {@code limit}; returns whether
     * they have.
     */
    boolean awaitReports(Duration limit) throws InterruptedException {
        return reports.await(limit);
    }
}
