package dev.orcinus.daemon.worker;

import java.time.Duration;

/**
 * A session of the daemon.
 *
 * @param number counts the daemon's sessions from 1
 * @param peer who connected
 * @param worker the process that serves it
 * @param startedNanos when it began, by {@link System#nanoTime}
 */
public record ServedSession(long number, String peer, WorkerProcess worker, long startedNanos) {
    /** How long it has run. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    @Override
    public String toString() {
        return "session " + number + " (pid " + worker.pid() + ", " + peer + ")";
    }
}
