package dev.orcinus.runtime.guest;

import java.time.Duration;

/**
 * What is done lest the end of a guest process ends its session.
 *
 * @param areTaken whether states of the guest are noted to which it can return
 * @param callLimit how long a piece of work may run guest code, until the guest is ended; zero
 *     means without limit
 */
public record CheckpointOptions(boolean areTaken, Duration callLimit) {
    /** States are noted, and calls have no limit. */
    public static final CheckpointOptions DEFAULT = new CheckpointOptions(true, Duration.ZERO);
}
