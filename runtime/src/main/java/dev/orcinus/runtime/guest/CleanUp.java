package dev.orcinus.runtime.guest;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.platform.spi.HostCallException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The end of a session: waits for guest code, runs the dealloc actions of all that is held, gives
 * the memory back, flushes C stdio. Each part that runs guest code has the same limit; what uses it
 * up is left running, with the memory that it may be using.
 */
final class CleanUp {
    private final GuestRuntime guest;
    private final GuestThreads threads;
    private final Duration limit;
    private final Consumer<String> log;

    CleanUp(GuestRuntime guest, Duration limit, Consumer<String> log) {
        this.guest = guest;
        this.threads = guest.threads();
        this.limit = limit;
        this.log = log;
    }

    /** Returns how many calls are left behind. */
    int run() {
        if (awaitGuests()) {
            runAside("clean-up code", this::release);
        }
        int left = threads.running();
        if (left > 0) {
            guest.memory().unlinkShared();
        }
        runAside("flushing stdio", guest.guest().process()::flushStdio);
        return left;
    }

    private void release() {
        try {
            guest.deallocate(guest.memory().releaseAll());
        } catch (AllocationException e) {
            log.accept("while releasing the session's memory: " + e.fullMessage());
        }
        try {
            guest.threadLocals().closeAll();
        } catch (HostCallException e) {
            log.accept("while closing the session's thread-local storage: " + e.getMessage());
        }
    }

    /** Waits for the calls that run. */
    private boolean awaitGuests() {
        try {
            boolean idle = threads.awaitIdle(limit);
            if (!idle) {
                log.accept(
                        "guest code still runs "
                                + limit.toMillis()
                                + " ms after the session: "
                                + threads.running()
                                + " calls are left behind");
            }
            return idle;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs {@code work}, which may wait for guest code, and waits for it alone. */
    private void runAside(String what, Runnable work) {
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
