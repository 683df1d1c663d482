package dev.orcinus.daemon.session;

import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.host.HostChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * A session of the daemon. One thread serves it; all other methods are thread-safe.
 *
 * @see Sessions
 */
public final class ServedSession {
    private final long number;
    private final String peer;
    private final HostChannel channel;
    private final ReadyGuest guest;
    private final long startedNanos = System.nanoTime();

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
