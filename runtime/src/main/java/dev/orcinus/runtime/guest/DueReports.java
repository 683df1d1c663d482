package dev.orcinus.runtime.guest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Reports for the user, each a step that may have to wait for the reader of a log. They run in the
 * order in which they have been added, one at a time. Many threads may use it; this object's lock
 * guards it, and is not held while a report runs.
 */
final class DueReports {
    private final Deque<Runnable> due = new ArrayDeque<>();
    private long added;
    private long told;

    /** The thread that runs the reports that are due; null if none does. */
    private Thread teller;

    /** Adds a report. Who adds some calls {@link #tell} when it has given its locks back. */
    synchronized void add(Runnable report) {
        due.add(report);
        added++;
    }

    /**
     * Returns when all reports that have been added so far have run, on this thread or on another
     * one. A report that throws counts as one that has run: nobody can be told of that, and what
     * the caller does next does not depend on it.
     */
    void tell() {
        for (Runnable next = first(); next != null; next = afterFirst()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                // the log cannot be written
            }
        }
    }

    /** Returns the first report if this thread is to run it, else null. */
    private synchronized Runnable first() {
        long last = added;
        try {
            while (teller != null && !teller.equals(Thread.currentThread()) && told < last) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (teller != null || due.isEmpty()) {
            return null;
        }
        teller = Thread.currentThread();
        return due.peek();
    }

    /** Removes the first report, which has run, and returns the next one, or null. */
    private synchronized Runnable afterFirst() {
        due.remove();
        told++;
        if (due.isEmpty()) {
            teller = null;
        }
        notifyAll();
        return due.peek();
    }

    /**
     * Waits until all reports have run, but no longer than {@code limit}; returns whether they
     * have.
     */
    synchronized boolean await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!due.isEmpty()) {
            long leftNanos = deadline - System.nanoTime();
            if (leftNanos <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
        return true;
    }
}
