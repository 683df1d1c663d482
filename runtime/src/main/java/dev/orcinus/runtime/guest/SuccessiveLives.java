package dev.orcinus.runtime.guest;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the Java thread of a guest's first thread does: one life of that after the other. To start a
 * thread takes a tenth of a millisecond, and each release ends a life and begins another one. When
 * no further life comes for a moment, the thread ends. Many threads may use it; its lock guards it.
 */
final class SuccessiveLives implements Runnable {
    private static final long KEEP_NANOS = 1_000_000_000;

    /** Those that have not begun; several if the Java thread is slow to start. */
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** Whether none may be added any more. */
    private boolean isLast;

    /** Lives of which the first one is known. */
    SuccessiveLives(Runnable first) {
        waiting.add(first);
    }

    @Override
    public void run() {
        for (Runnable life = take(); life != null; life = take()) {
            life.run();
        }
    }

    /** Waits for the next life; null if there is none. While it waits, it refers to none. */
    private synchronized Runnable take() {
        long deadline = System.nanoTime() + KEEP_NANOS;
        long left = KEEP_NANOS;
        while (waiting.isEmpty() && !isLast && left > 0) {
            await(left);
            left = deadline - System.nanoTime();
        }
        isLast |= waiting.isEmpty();
        return waiting.poll();
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void await(long nanos) {
        try {
            wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            isLast = true; // the thread ends
        }
    }

    /**
     * Adds the life that follows those that have been added.
     *
     * @return false if the thread has ended, or is about to
     */
    synchronized boolean add(Runnable life) {
        if (isLast) {
            return false;
        }
        waiting.add(life);
        notifyAll();
        return true;
    }

    /** Lets the thread end when no life is left. */
    synchronized void end() {
        isLast = true;
        notifyAll();
    }
}
