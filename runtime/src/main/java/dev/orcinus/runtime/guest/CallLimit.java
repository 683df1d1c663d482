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

/**
 * Ends a guest process when a piece of work has run guest code for too long. Many threads may use
 * it, each for its own work.
 */
class CallLimit {
    private static final CallLimit NONE = new CallLimit();

    /** Returns the limit for a guest; zero means without limit. */
    static CallLimit of(IsolatedGuest guest, Duration duration) {
        return duration.isZero() ? NONE : new Timed(guest, duration);
    }

    /** Guest code begins to run, or has begun before in the same piece of work. */
    void begin() {}

    /** The piece of work of the calling thread ends. */
    void end() {}

    /** No more work comes. */
    void close() {}

    private static final class Timed extends CallLimit {
        private final IsolatedGuest guest;
        private final Duration duration;
        private final Map<Thread, Future<?>> running = new ConcurrentHashMap<>();
        private final ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(Timed::thread);

        Timed(IsolatedGuest guest, Duration duration) {
            this.guest = guest;
            this.duration = duration;
        }

        private static Thread thread(Runnable work) {
            Thread thread = new Thread(null, work, "orcinus call limit", 1 << 18);
            thread.setDaemon(true);
            return thread;
        }

        @Override
        void begin() {
            running.computeIfAbsent(Thread.currentThread(), _ -> schedule());
        }

        private Future<?> schedule() {
            return clock.schedule(
                    () -> guest.kill(new GuestEnd.TimedOut(duration)),
                    duration.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        @Override
        void end() {
            Future<?> scheduled = running.remove(Thread.currentThread());
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }

        @Override
        void close() {
            clock.shutdownNow();
        }
    }
}
