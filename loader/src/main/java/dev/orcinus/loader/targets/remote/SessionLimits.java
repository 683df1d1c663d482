package dev.orcinus.loader.targets.remote;

import java.time.Duration;

/**
 * The time limits for an executor when it runs no guest code for the caller.
 *
 * @param setup the limit for its first message; it may be a JVM that starts on a busy machine
 * @param deallocation the limit for deallocating everything at the end, with dealloc actions
 * @param end the limit until it ends the line; it is longer than Orcinus waits for running guest
 *     code
 */
record SessionLimits(Duration setup, Duration deallocation, Duration end) {
    /** The usual limits. */
    static final SessionLimits DEFAULT =
            new SessionLimits(
                    Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(10));
}
