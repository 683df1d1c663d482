package dev.orcinus.executor.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of arguments that the calls of one session hold in this process while they run, so that
 * a session cannot take all memory of a process that serves others, too. Thread-safe.
 */
final class ArgumentBudget {
    private final long mostBytes;
    private final AtomicLong held = new AtomicLong();

    /** A budget of which nothing is taken. */
    ArgumentBudget(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Returns how many bytes all calls together may hold. */
    long mostBytes() {
        return mostBytes;
    }

    /** Takes bytes for a call; returns false if there are too few left. */
    boolean take(long sizeBytes) {
        boolean taken = held.addAndGet(sizeBytes) <= mostBytes;
        if (!taken) {
            giveBack(sizeBytes);
        }
        return taken;
    }

    /** Gives the bytes of a call back that has ended. */
    void giveBack(long sizeBytes) {
        held.addAndGet(-sizeBytes);
    }

    /** Returns the error of a call for which there are too few bytes left. */
    String refusal(long sizeBytes) {
        return "a call with "
                + sizeBytes
                + " bytes of arguments: the calls that run hold "
                + held.get()
                + " bytes already, and may hold "
                + mostBytes;
    }
}
