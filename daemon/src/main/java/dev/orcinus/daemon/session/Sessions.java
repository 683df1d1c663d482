package dev.orcinus.daemon.session;

import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * The sessions that run, each on a thread of its own and with a guest of its own. Thread-safe; this
 * object's lock guards the number of sessions.
 */
public final class Sessions {
    private static final long STACK_BYTES = 512 << 10;

    private final SessionOptions options;
    private final SessionPolicy policy;
    private final Consumer<String> log;
    private final GuestPool guests;
    private final SessionRehearsal rehearsal;
    private final Map<Long, ServedSession> served = new ConcurrentSkipListMap<>();
    private ReadyGuest first;
    private Thread watch;
    private long begun;
    private int running;

    /** How many sessions run, or have ended without a line in the log so far. */
    private int untold;

    private volatile boolean isEnding;

    /**
     * Creates the table without sessions.
     *
     * @param target the target of the controllers' code
     * @param options the limits of each session in this process
     * @param policy what the code of each session may do
     * @param warm how many guests wait for a session
     */
    public Sessions(
            Host host,
            Triple target,
            SessionOptions options,
            SessionPolicy policy,
            int warm,
            Consumer<String> log) {
        this(
                options,
                policy,
                new GuestPool(() -> ReadyGuest.start(host, target, policy.guest(), log), warm, log),
                new SessionRehearsal(host, options, log),
                log);
    }

    Sessions(
            SessionOptions options,
            SessionPolicy policy,
            GuestPool guests,
            SessionRehearsal rehearsal,
            Consumer<String> log) {
        this.options = options;
        this.policy = policy;
        this.guests = guests;
        this.rehearsal = rehearsal;
        this.log = log;
    }

    /** Starts a first guest, which shows that guests can be started here. */
    public void prepare() throws IOException, HostCallException {
        first = guests.take();
        if (policy.isWatched()) {
            watch = thread("policy-watch", new SessionWatch(policy, served::values, log)::run);
            watch.start();
        }
    }

    /** Returns what the code of each session may do. */
    public SessionPolicy policy() {
        return policy;
    }

    /**
     * Serves a rehearsal with the first guest, to load the classes that sessions need. The guests
     * that wait for a session are started meanwhile.
     */
    public void rehearse() {
        try {
            guests.startFilling();
            thread("rehearsal", () -> rehearsal.run(first)).start();
        } catch (OutOfMemoryError e) {
            first.close();
            log.accept("no rehearsal: " + e.getMessage());
        }
    }

    /** Begins a session on a connection, or closes the connection if there is no thread for it. */
    public void begin(HostChannel channel) {
        long number = count();
        try {
            thread("session-" + number, () -> run(number, channel)).start();
        } catch (OutOfMemoryError e) {
            refuse(channel, "no thread", e);
        }
    }

    private void refuse(HostChannel channel, String what, Throwable cause) {
        uncount();
        log.accept(what + " for " + channel.describe() + ": " + cause.getMessage());
        channel.close();
        endIsTold();
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    private synchronized long count() {
        running++;
        untold++;
        return ++begun;
    }

    private void run(long number, HostChannel channel) {
        ServedSession session;
        try {
            session = new ServedSession(number, channel, guests.take());
        } catch (IOException | HostCallException | RuntimeException | OutOfMemoryError e) {
            refuse(channel, "no guest", e);
            return;
        }
        serve(session);
    }

    private void serve(ServedSession session) {
        served.put(session.number(), session);
        if (isEnding) {
            session.shutdown();
        }
        log.accept(session + " begins");
        String end = "internal error";
        try {
            end = text(session, session.serve(options));
        } catch (RuntimeException | OutOfMemoryError e) {
            end = "internal error: " + e;
        } finally {
            served.remove(session.number());
            uncount();
            log.accept(session + " has ended: " + end);
            endIsTold();
        }
    }

    private static String text(ServedSession session, SessionEnd end) {
        return session.reason()
                .or(() -> end.guestEnd().map(guest -> "the guest " + guest.describe()))
                .or(end::failure)
                .orElse("the controller left");
    }

    /** A session leaves its place to others. */
    private synchronized void uncount() {
        running--;
    }

    private synchronized void endIsTold() {
        untold--;
        notifyAll();
    }

    /** Returns how many sessions run. */
    public synchronized int running() {
        return running;
    }

    /** Returns the sessions that are being served, the oldest first. */
    public Collection<ServedSession> all() {
        return served.values();
    }

    /** Returns the session of a number, if it is being served. */
    public Optional<ServedSession> find(long number) {
        return Optional.ofNullable(served.get(number));
    }

    /** Ends all sessions, and kills the guests of those that run on after {@code limitMillis}. */
    public void end(long limitMillis) throws InterruptedException {
        isEnding = true;
        guests.close();
        for (ServedSession session : served.values()) {
            try {
                thread("end-" + session.number(), session::shutdown).start();
            } catch (OutOfMemoryError e) {
                session.shutdown();
            }
        }
        if (!awaitEnd(limitMillis)) {
            served.values().forEach(ServedSession::kill);
            awaitEnd(limitMillis);
        }
        if (watch != null) {
            watch.interrupt();
        }
    }

    /** Waits until the log tells that all sessions have ended; returns false after a time. */
    private synchronized boolean awaitEnd(long limitMillis) throws InterruptedException {
        long deadline = System.nanoTime() + limitMillis * 1_000_000;
        while (untold > 0) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }
}
