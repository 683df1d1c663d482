package dev.orcinus.cli;

import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.memory.MemoryLimits;
import dev.orcinus.runtime.guest.GuestLimits;

/**
 * What a session may take of a process that serves others, too, so that none of them takes what all
 * need.
 *
 * @param memoryBytes how much memory its guest may have
 * @param calls how many calls may run at a time
 */
record SessionShare(long memoryBytes, int calls) {
    /** What a session may take if nobody says otherwise. */
    static final SessionShare STANDARD = new SessionShare(16L << 30, 256);

    private static final int MOST_RESERVATIONS = 20_000;
    private static final long ARGUMENT_BYTES = 64 << 20;

    /** Returns the limits of a session with this share. */
    SessionOptions limit(SessionOptions session) {
        return session.withShare(
                new GuestLimits(new MemoryLimits(memoryBytes, MOST_RESERVATIONS), calls),
                ARGUMENT_BYTES);
    }
}
