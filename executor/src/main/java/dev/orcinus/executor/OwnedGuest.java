package dev.orcinus.executor;

import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A guest process that serves one executor only, and ends with it. Thread-safe. */
final class OwnedGuest implements AutoCloseable {
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(5);

    private final IsolatedGuest guest;
    private volatile boolean isBusy;

    /** Takes a guest over. */
    OwnedGuest(IsolatedGuest guest) {
        this.guest = guest;
    }

    /**
     * Notes that guest code still runs after its session, so that the guest is not asked to end.
     */
    void leaveBusy() {
        isBusy = true;
    }

    /**
     * Ends the guest as C's {@code exit} does, so that libraries run their at-exit functions; at
     * once if its code still runs, or exit takes too long.
     */
    @Override
    public void close() {
        if (!isBusy && guest.end().isEmpty()) {
            try {
                var _ = exitAside().await(EXIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (OutOfMemoryError e) {
                // there is no thread that could wait for it; it is ended
            }
        }
        guest.close();
    }

    /** Returns what is counted down when the guest has done it. */
    private CountDownLatch exitAside() {
        CountDownLatch done = new CountDownLatch(1);
        KeptThreads.run(
                "orcinus exit of the guest",
                () -> {
                    try {
                        exit();
                    } finally {
                        done.countDown();
                    }
                });
        return done;
    }

    private void exit() {
        try {
            guest.process().exit(0);
        } catch (IllegalStateException closed) {
            // it has taken too long, and the guest has been ended under it
        }
    }
}
