package dev.orcinus.executor.session;

import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.runtime.guest.GuestThreads;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The time that guest code has at the end of its session. Each piece of work that runs guest code,
 * or waits for it, has the same limit. A call that exceeds the limit is left running, and then the
 * memory that it may be using has to stay. Used by the session's reader thread.
 */
public final class Grace {
    private final GuestThreads threads;
    private final Duration limit;
    private final Consumer<String> log;
    private int callsLeft;

    /**
     * Creates a grace period that has not begun.
     *
     * @param log takes a line for each piece of work that fails or takes too long
     */
    Grace(GuestThreads threads, Duration limit, Consumer<String> log) {
        this.threads = threads;
        this.limit = limit;
        this.log = log;
    }

    /** Returns how many calls have been left running. */
    public int callsLeft() {
        return callsLeft;
    }

    /** Waits for the calls that are running. */
    public void awaitCalls() {
        try {
            if (!threads.awaitIdle(limit)) {
                callsLeft = threads.running();
                log.accept(
                        "guest code still runs "
                                + limit.toMillis()
                                + " ms after the session: "
                                + callsLeft
                                + " calls are left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callsLeft = threads.running();
        }
    }

    /**
     * Runs work that frees something that guest code may be using. Does nothing if calls have been
     * left running; work that exceeds the limit counts as such a call.
     *
     * @param what the work's name in the log
     */
    public void giveBack(String what, Runnable work) {
        if (callsLeft == 0) {
            run(what, work);
            callsLeft = threads.running();
        }
    }

    /**
     * Runs work that may wait for guest code on a thread of its own, and waits for it.
     *
     * @param what the work's name in the log
     */
    public void run(String what, Runnable work) {
        try {
            threads.runAside(
                            () -> {
                                work.run();
                                return null;
                            })
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.accept(
                    what
                            + " still runs "
                            + limit.toMillis()
                            + " ms after the session, and is left behind");
        } catch (RejectedExecutionException | ExecutionException e) {
            if (!(e.getCause() instanceof GuestGoneException)) { // that has been reported
                log.accept(what + " at the end of the session: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
