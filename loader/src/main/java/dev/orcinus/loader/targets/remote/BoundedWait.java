package dev.orcinus.loader.targets.remote;

import java.time.Duration;

/**
 * A wait at the end of a session. It is short in any case, so an interrupt does not cut it shorter:
 * an executor that were killed for it would lose what guest code has printed.
 */
@FunctionalInterface
interface BoundedWait {
    /** Waits; returns when the time is over, if not before. */
    void await(long nanos) throws InterruptedException;

    /** Waits, interrupted or not; an interrupt is kept for the caller. */
    static void forAtMost(Duration limit, BoundedWait wait) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        boolean done = false;
        while (!done) {
            try {
                wait.await(deadline - System.nanoTime());
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
