package dev.orcinus.runtime.guest;

import dev.orcinus.platform.spi.host.HostTerminal;
import java.time.Duration;
import java.util.Optional;

/**
 * What is done lest the end of a guest process ends its session.
 *
 * @param areTaken whether states of the guest are noted to which it can return
 * @param callLimit how long a piece of work may run guest code, until the guest is ended; zero
 *     means without limit
 * @param terminal the terminal that the guest has while a piece of work runs guest code, so that
 *     its interrupt key ends that work only; empty if the guest never has one
 */
public record CheckpointOptions(
        boolean areTaken, Duration callLimit, Optional<HostTerminal> terminal) {
    /** States are noted, and calls have no limit. */
    public static final CheckpointOptions DEFAULT = new CheckpointOptions(true, Duration.ZERO);

    /** The options of a guest that never has a terminal. */
    public CheckpointOptions(boolean areTaken, Duration callLimit) {
        this(areTaken, callLimit, Optional.empty());
    }

    /** Returns these options for a guest that has a terminal. */
    public CheckpointOptions with(HostTerminal ofGuest) {
        return new CheckpointOptions(areTaken, callLimit, Optional.of(ofGuest));
    }
}
