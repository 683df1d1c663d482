package dev.orcinus.executor.session;

import dev.orcinus.runtime.guest.GuestThreads;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The time that guest code has at the end of its session. Each piece of work that runs guest code,
 * or waits for it, has the same limit. A call that exceeds it is left running; the memory that it
 * may be using has to stay then. For the session's reader thread.
 */
public final class Grace {
    private final GuestThreads threads;
    private final Duration limit;
    private final Consumer<String> log;
    private int callsLeft;

    /**
     * A grace period that has not begun.
     *
     * @param log takes a line for all that fails or takes too long
     */
    Grace(GuestThreads threads, Duration limit, Consumer<String> log) {
        this.threads = threads;
        this.limit = limit;
        this.log = log;
    }

    /** How many calls have been left running. */
    public int callsLeft() {
        return callsLeft;
    }

    /** Waits for the calls that run. */
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
     * Gives something back that guest code may be using: does nothing if calls have been left
     * running. Work that exceeds the limit is such a call itself.
     *
     * @param what its name in the log
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
     * @param what its name in the log
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
            log.accept(what + " at the end of the session: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
