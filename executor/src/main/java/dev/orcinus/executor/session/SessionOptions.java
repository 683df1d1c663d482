package dev.orcinus.executor.session;

import dev.orcinus.runtime.guest.CheckpointOptions;
import dev.orcinus.runtime.guest.GuestLimits;
import java.time.Duration;

/**
 * The limits of a session.
 *
 * @param handshake how long a controller on a socket may take for its first frame; zero means
 *     without limit
 * @param idle how long a session in which nothing runs may be silent; zero means without limit
 * @param grace how long guest code may run on after the controller has gone
 * @param write how long a controller on a socket may refuse to read; zero means without limit
 * @param checkpoints what is done lest the end of the guest ends the session
 * @param guest what the session may take of its guest and of this process
 * @param argumentBytes how many bytes the arguments of one call, and those of all calls that run,
 *     may have, apart from contents that are read into the guest's memory; also the most that one
 *     call may read from that memory
 */
public record SessionOptions(
        Duration handshake,
        Duration idle,
        Duration grace,
        Duration write,
        CheckpointOptions checkpoints,
        GuestLimits guest,
        long argumentBytes) {
    /**
     * Thirty seconds for the first frame and for a write, five for guest code at the end, no idle
     * limit; all that a process can give to its only session.
     */
    public static final SessionOptions DEFAULT =
            new SessionOptions(
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    CheckpointOptions.DEFAULT,
                    GuestLimits.NONE,
                    1 << 30);

    /** The limits of a session whose guest returns to earlier states, and which has no others. */
    public SessionOptions(Duration handshake, Duration idle, Duration grace, Duration write) {
        this(
                handshake,
                idle,
                grace,
                write,
                CheckpointOptions.DEFAULT,
                GuestLimits.NONE,
                DEFAULT.argumentBytes);
    }

    /** Returns these limits with another limit for silence. */
    public SessionOptions withIdle(Duration limit) {
        return new SessionOptions(
                handshake, limit, grace, write, checkpoints, guest, argumentBytes);
    }

    /** Returns these limits with another limit for guest code at the end. */
    public SessionOptions withGrace(Duration limit) {
        return new SessionOptions(handshake, idle, limit, write, checkpoints, guest, argumentBytes);
    }

    /** Returns these limits with other checkpoints. */
    public SessionOptions withCheckpoints(CheckpointOptions other) {
        return new SessionOptions(handshake, idle, grace, write, other, guest, argumentBytes);
    }

    /** Returns these limits with others for the session's share of this process. */
    public SessionOptions withShare(GuestLimits limits, long mostArgumentBytes) {
        return new SessionOptions(
                handshake, idle, grace, write, checkpoints, limits, mostArgumentBytes);
    }
}
