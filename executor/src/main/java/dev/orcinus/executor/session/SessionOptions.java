package dev.orcinus.executor.session;

import dev.orcinus.runtime.guest.CheckpointOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The limits of a session.
 *
 * @param handshake how long a controller on a socket may take for its first frame; zero means
 *     without limit
 * @param idle how long a session in which nothing runs may be silent; zero means without limit
 * @param grace how long guest code may run on after the controller has gone
 * @param write how long a controller on a socket may refuse to read; zero means without limit
 * @param checkpoints what is done lest the end of the guest ends the session
 */
public record SessionOptions(
        Duration handshake,
        Duration idle,
        Duration grace,
        Duration write,
        CheckpointOptions checkpoints) {
    /**
     * Thirty seconds for the first frame and for a write, five for guest code at the end, no idle
     * limit.
     */
    public static final SessionOptions DEFAULT =
            new SessionOptions(
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    CheckpointOptions.DEFAULT);

    /** The limits of a session whose guest returns to earlier states. */
    public SessionOptions(Duration handshake, Duration idle, Duration grace, Duration write) {
        this(handshake, idle, grace, write, CheckpointOptions.DEFAULT);
    }

    /** Returns the limits as command-line arguments, for another process. */
    public List<String> toArguments() {
        return Stream.of(handshake, idle, grace, write).map(Duration::toString).toList();
    }

    /**
     * Parses the four arguments that {@link #toArguments} returned.
     *
     * @throws java.time.format.DateTimeParseException if they are not durations
     */
    public static SessionOptions parse(List<String> arguments) {
        return new SessionOptions(
                Duration.parse(arguments.get(0)),
                Duration.parse(arguments.get(1)),
                Duration.parse(arguments.get(2)),
                Duration.parse(arguments.get(3)));
    }

    /** Returns these limits with another limit for silence. */
    public SessionOptions withIdle(Duration limit) {
        return new SessionOptions(handshake, limit, grace, write, checkpoints);
    }

    /** Returns these limits with another limit for guest code at the end. */
    public SessionOptions withGrace(Duration limit) {
        return new SessionOptions(handshake, idle, limit, write, checkpoints);
    }

    /** Returns these limits with other checkpoints. */
    public SessionOptions withCheckpoints(CheckpointOptions other) {
        return new SessionOptions(handshake, idle, grace, write, other);
    }
}
