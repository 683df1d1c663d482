package dev.orcinus.loader.targets.remote;

import java.time.Duration;

/**
 * How long an executor may keep a session waiting where it runs no guest code of the caller's.
 *
 * @param setup until its first message: it may be a JVM that starts on a busy machine
 * @param deallocation for the deallocations of the end, dealloc actions included
 * @param end until it ends the line; longer than the grace of Orcinus for guest code that runs
 */
record SessionLimits(Duration setup, Duration deallocation, Duration end) {
    /** For executors as they are. */
    static final SessionLimits DEFAULT =
            new SessionLimits(
                    Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(10));
}
