package dev.orcinus.runtime.guest;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends a guest process when a piece of work has run guest code for too long. Other threads, such as
 * one that serves a call of a thread that guest code has made, have the same time for each of their
 * calls. Many threads may use it, each for its own work.
 */
class CallLimit {
    private static final CallLimit NONE = new CallLimit();

    /**
     * Returns the limit for a guest; zero means without limit.
     *
     * @param expired is told of a thread whose time is up, before the guest is ended
     */
    static CallLimit of(IsolatedGuest guest, Duration duration, Consumer<Thread> expired) {
        return duration.isZero() ? NONE : new Timed(guest, duration, expired);
    }

    /** The calling thread begins a piece of work. */
    void beginWork() {}

    /** Guest code begins to run, perhaps within other guest code, or after other guest code. */
    void enter() {}

    /** What has begun with the last {@link #enter} of the calling thread has returned. */
    void leave() {}

    /** The piece of work of the calling thread ends. */
    void endWork() {}

    /** No more work comes. */
    void close() {}

    private static final class Timed extends CallLimit {
        private final IsolatedGuest guest;
        private final Duration duration;
        private final Consumer<Thread> expired;
        private final Map<Thread, Run> runs = new ConcurrentHashMap<>();
        private final ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(Timed::thread);

        /** What a thread does, which alone uses this. */
        private static final class Run {
            private final boolean isWork;
            private Future<?> end;
            private int depth;

            Run(boolean isWork) {
                this.isWork = isWork;
            }
        }

        Timed(IsolatedGuest guest, Duration duration, Consumer<Thread> expired) {
            this.guest = guest;
            this.duration = duration;
            this.expired = expired;
        }

        private static Thread thread(Runnable work) {
            Thread thread = new Thread(null, work, "orcinus call limit", 1 << 18);
            thread.setDaemon(true);
            return thread;
        }

        @Override
        void beginWork() {
            runs.put(Thread.currentThread(), new Run(true));
        }

        @Override
        void enter() {
            Run run = runs.computeIfAbsent(Thread.currentThread(), _ -> new Run(false));
            if (run.end == null) {
                run.end = schedule(Thread.currentThread());
            }
            run.depth++;
        }

        private Future<?> schedule(Thread caller) {
            return clock.schedule(
                    () -> {
                        expired.accept(caller);
                        guest.kill(new GuestEnd.TimedOut(duration));
                    },
                    duration.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        @Override
        void leave() {
            Run run = runs.get(Thread.currentThread());
            if (run != null && --run.depth == 0 && !run.isWork) {
                endWork();
            }
        }

        @Override
        void endWork() {
            Run run = runs.remove(Thread.currentThread());
            if (run != null && run.end != null) {
                run.end.cancel(false);
            }
        }

        @Override
        void close() {
            clock.shutdownNow();
        }
    }
}
