package dev.orcinus.executor.session;

import java.time.Duration;

/**
 * The limits of a session.
 *
 * @param handshake how long a controller on a socket may take for its first frame; zero means
 *     without limit
 * @param idle how long a session in which nothing runs may be silent; zero means without limit
 * @param grace how long guest code may run on after the controller has gone
 * @param write how long a controller on a socket may refuse to read; zero means without limit
 */
public record SessionOptions(Duration handshake, Duration idle, Duration grace, Duration write) {
    /**
     * Thirty seconds for the first frame and for a write, five for guest code at the end, no idle
     * limit.
     */
    public static final SessionOptions DEFAULT =
            new SessionOptions(
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30));

    /** Returns these limits with another limit for silence. */
    public SessionOptions withIdle(Duration limit) {
        return new SessionOptions(handshake, limit, grace, write);
    }

    /** Returns these limits with another limit for guest code at the end. */
    public SessionOptions withGrace(Duration limit) {
        return new SessionOptions(handshake, idle, limit, write);
    }
}
