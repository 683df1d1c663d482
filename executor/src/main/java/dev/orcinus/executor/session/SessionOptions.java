package dev.orcinus.executor.session;

import java.time.Duration;

/**
 * The limits of a session.
 *
 * @param handshake how long a controller on a socket may say nothing at first; zero for ever
 * @param idle how long a session in which nothing runs may be silent; zero for ever
 * @param grace how long guest code may run on after the controller has gone
 * @param write how long a controller on a socket may refuse to read; zero for ever
 */
public record SessionOptions(Duration handshake, Duration idle, Duration grace, Duration write) {
    /** Thirty seconds for the first word and for a write, five for guest code at the end, no idle limit. */
    public static final SessionOptions DEFAULT =
            new SessionOptions(Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(30));
}
