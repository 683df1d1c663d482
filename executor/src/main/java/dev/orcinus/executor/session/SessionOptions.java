package dev.orcinus.executor.session;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The limits of a session.
 *
 * @param handshake how long a controller on a socket may say nothing at first; zero for ever
 * @param idle how long a session in which nothing runs may be silent; zero for ever
 * @param grace how long guest code may run on after the controller has gone
 * @param write how long a controller on a socket may refuse to read; zero for ever
 */
public record SessionOptions(Duration handshake, Duration idle, Duration grace, Duration write) {
    /**
     * Thirty seconds for the first word and for a write, five for guest code at the end, no idle
     * limit.
     */
    public static final SessionOptions DEFAULT =
            new SessionOptions(
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30));

    /** The limits as command-line arguments, for another process. */
    public List<String> toArguments() {
        return Stream.of(handshake, idle, grace, write).map(Duration::toString).toList();
    }

    /**
     * The limits of four arguments that {@link #toArguments} made.
     *
     * @throws java.time.format.DateTimeParseException if they are no durations
     */
    public static SessionOptions parse(List<String> arguments) {
        return new SessionOptions(
                Duration.parse(arguments.get(0)),
                Duration.parse(arguments.get(1)),
                Duration.parse(arguments.get(2)),
                Duration.parse(arguments.get(3)));
    }

    /** The same limits with another one for silence. */
    public SessionOptions withIdle(Duration limit) {
        return new SessionOptions(handshake, limit, grace, write);
    }

    /** The same limits with another one for guest code at the end. */
    public SessionOptions withGrace(Duration limit) {
        return new SessionOptions(handshake, idle, limit, write);
    }
}
