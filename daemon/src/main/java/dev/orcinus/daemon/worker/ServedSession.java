package dev.orcinus.daemon.worker;

import java.time.Duration;

/**
 * A session of the daemon.
 *
 * @param number the number of the session; the daemon's first has 1
 * @param peer the address of the controller
 * @param worker the process that serves it
 * @param startedNanos the time of its start, by {@link System#nanoTime}
 */
public record ServedSession(long number, String peer, WorkerProcess worker, long startedNanos) {
    /** Returns how long the session has run. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    @Override
    public String toString() {
        return "session " + number + " (pid " + worker.pid() + ", " + peer + ")";
    }
}
