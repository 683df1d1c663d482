package dev.orcinus.executor.session;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.runtime.threadlocals.ThreadLocalBlocks;
import java.time.Duration;
import java.util.Optional;
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
    private final Host host;
    private final MemoryManager memory;
    private final ThreadLocalBlocks threadLocals;
    private final GuestThreads guests;
    private final Duration limit;
    private final Consumer<String> log;

    CleanUp(
            Host host,
            MemoryManager memory,
            ThreadLocalBlocks threadLocals,
            GuestThreads guests,
            Duration limit,
            Consumer<String> log) {
        this.host = host;
        this.memory = memory;
        this.threadLocals = threadLocals;
        this.guests = guests;
        this.limit = limit;
        this.log = log;
    }

    SessionEnd run(Optional<String> failure) {
        if (awaitGuests()) {
            runAside("clean-up code", this::release);
        }
        int left = guests.running();
        if (left > 0) {
            memory.unlinkShared();
        }
        runAside("flushing stdio", host.process()::flushStdio);
        return new SessionEnd(failure, left);
    }

    private void release() {
        try {
            deallocate(memory.releaseAll(), guests);
        } catch (AllocationException e) {
            log.accept("while releasing the session's memory: " + e.fullMessage());
        }
        try {
            threadLocals.closeAll();
        } catch (HostCallException e) {
            log.accept("while closing the session's thread-local storage: " + e.getMessage());
        }
    }

    /**
     * Runs a deallocation on the calling thread, which is no guest thread. Guest threads end before
     * memory goes, so that the destructors of their thread-locals find their code; the one that
     * runs the actions too.
     */
    static void deallocate(Deallocation deallocation, GuestThreads guests)
            throws AllocationException {
        try {
            guests.retireIdle();
            if (deallocation.runsGuestCode()) {
                guests.run(
                                () -> {
                                    deallocation.runActions();
                                    return null;
                                })
                        .join();
                guests.retireIdle();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deallocation.run();
    }

    /** Waits for the calls that run. */
    private boolean awaitGuests() {
        try {
            boolean idle = guests.awaitIdle(limit);
            if (!idle) {
                log.accept(
                        "guest code still runs "
                                + limit.toMillis()
                                + " ms after the session: "
                                + guests.running()
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
            guests.runAside(
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
