package dev.orcinus.loader.targets.remote;

import java.time.Duration;

/**
 * A wait at the end of a session. It is always short, so an interrupt does not end it: if the
 * executor were killed then, output of guest code would be lost.
 */
@FunctionalInterface
interface BoundedWait {
    /** Waits until the event or until the time is over. */
    void await(long nanos) throws InterruptedException;

    /** Waits even if the thread is interrupted, and keeps the interrupt for the caller. */
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
