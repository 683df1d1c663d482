package dev.orcinus.daemon.session;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The guests that wait for a session. One that is taken is replaced a moment later, because a
 * session is busiest at its start. Thread-safe; this object's lock guards it, and is not held while
 * a guest starts.
 */
final class GuestPool implements AutoCloseable {
    private static final Duration REFILL_AFTER = Duration.ofMillis(200);

    private final Starter starter;
    private final int warm;
    private final Duration refillAfter;
    private final Consumer<String> log;
    private final Deque<ReadyGuest> waiting = new ArrayDeque<>();
    private final ScheduledExecutorService refills =
            Executors.newSingleThreadScheduledExecutor(GuestPool::thread);
    private boolean closed;

    /** Starts a guest. */
    @FunctionalInterface
    interface Starter {
        ReadyGuest start() throws HostCallException;
    }

    /**
     * Creates a pool without guests.
     *
     * @param warm how many guests should be waiting
     */
    GuestPool(Starter starter, int warm, Consumer<String> log) {
        this(starter, warm, REFILL_AFTER, log);
    }

    /**
     * Creates a pool without guests.
     *
     * @param warm how many guests should be waiting
     * @param refillAfter how long after a guest has been taken it is replaced
     */
    GuestPool(Starter starter, int warm, Duration refillAfter, Consumer<String> log) {
        this.starter = starter;
        this.warm = warm;
        this.refillAfter = refillAfter;
        this.log = log;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "guests");
        thread.setDaemon(true);
        return thread;
    }

    /** Starts as many guests as should be waiting, on the pool's thread. */
    void startFilling() {
        refills.execute(this::fill);
    }

    private void fill() {
        try {
            while (needsMore()) {
                offer(startPrepared());
            }
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            log.accept("no guest can be started: " + e.getMessage());
        }
    }

    private ReadyGuest startPrepared() throws HostCallException {
        ReadyGuest guest = starter.start();
        try {
            guest.prepare();
            return guest;
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            guest.close();
            throw e;
        }
    }

    private synchronized boolean needsMore() {
        return !closed && waiting.size() < warm;
    }

    private synchronized void offer(ReadyGuest guest) {
        if (closed) {
            guest.close();
        } else {
            waiting.add(guest);
        }
    }

    /** Returns the guest that has waited the longest, or a new one. */
    ReadyGuest take() throws IOException, HostCallException {
        ReadyGuest taken = poll();
        return taken == null ? starter.start() : taken;
    }

    private synchronized ReadyGuest poll() throws IOException {
        if (closed) {
            throw new IOException("the daemon is ending");
        }
        var _ = refills.schedule(this::fill, refillAfter.toMillis(), TimeUnit.MILLISECONDS);
        ReadyGuest first = waiting.poll();
        while (first != null && !first.isAlive()) {
            first.close();
            first = waiting.poll();
        }
        return first;
    }

    /** Returns how many guests wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Ends the guests that wait; those that have been taken go on. */
    @Override
    public void close() {
        refills.shutdownNow();
        synchronized (this) {
            closed = true;
            waiting.forEach(ReadyGuest::close);
            waiting.clear();
        }
    }
}
