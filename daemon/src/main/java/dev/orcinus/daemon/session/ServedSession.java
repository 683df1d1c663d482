package dev.orcinus.daemon.session;

import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestUsage;
import dev.orcinus.platform.spi.host.HostChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * A session of the daemon. One thread serves it; all other methods are thread-safe.
 *
 * @see Sessions
 */
public final class ServedSession {
    /** A session whose guest has been ended goes to an earlier state of it, and runs finalizers. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final long number;
    private final String peer;
    private final HostChannel channel;
    private final ReadyGuest guest;
    private final long startedNanos = System.nanoTime();
    private volatile String reason;
    private volatile long endsNanos;

    /**
     * Creates a session that is not served yet.
     *
     * @param number the number of the session; the daemon's first has 1
     * @param channel the connection, which the session closes
     */
    ServedSession(long number, HostChannel channel, ReadyGuest guest) {
        this.number = number;
        this.peer = channel.describe();
        this.channel = channel;
        this.guest = guest;
        guest.log().belongsTo(this);
    }

    /** Serves the controller until it leaves, and ends the guest. */
    SessionEnd serve(SessionOptions options) {
        try (guest) {
            return guest.executor().serve(channel, options);
        } finally {
            channel.close(); // if the session could not be made
        }
    }

    /**
     * Ends the session and its guest at once, because it has taken more than it may.
     *
     * @param because a sentence for the log
     */
    void end(String because) {
        endsNanos = System.nanoTime();
        reason = because;
        shutdown();
        guest.guest().kill(new GuestEnd.Lost(because));
    }

    /** Returns whether {@link #end} has been called. */
    boolean isEnding() {
        return reason != null;
    }

    /** Ends the guest again, if the session should have ended long ago. */
    void endAtLast() {
        if (System.nanoTime() - endsNanos > PATIENCE.toNanos()) {
            guest.guest().kill(new GuestEnd.Lost(reason));
        }
    }

    /** Returns why it has been ended, if {@link #end} has been called. */
    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * Returns what its guest takes.
     *
     * @param exactFrom see {@link dev.orcinus.platform.spi.guest.IsolatedGuest#usage}
     */
    GuestUsage usage(long exactFrom) {
        return guest.guest().usage(exactFrom);
    }

    /** Hangs up. The thread that serves the session then ends it. */
    void shutdown() {
        guest.executor().shutdown();
        channel.shutdown();
    }

    /** Ends the guest at once, whatever its code does. */
    void kill() {
        guest.guest().kill(new GuestEnd.Lost("the daemon has ended"));
    }

    /**
     * Ends the call that runs in the guest, if one does; the session goes on.
     *
     * @return whether a call ran
     */
    public boolean interrupt() {
        boolean runs = state().map(Session::runsGuestCode).orElse(false);
        if (runs) {
            guest.guest().kill(new GuestEnd.Lost("the user has interrupted it"));
        }
        return runs;
    }

    /** Returns its number. */
    public long number() {
        return number;
    }

    /** Returns the address of the controller. */
    public String peer() {
        return peer;
    }

    /** Returns the process id of its guest. */
    public long pid() {
        return guest.guest().pid();
    }

    /** Returns how long it has run. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** Returns its state; empty while it begins or ends. */
    public Optional<Session> state() {
        for (Session session : guest.executor().sessions()) {
            return Optional.of(session);
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "session " + number + " (pid " + pid() + ", " + peer + ")";
    }
}
