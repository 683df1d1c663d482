package dev.orcinus.executor;

import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.time.Duration;

/** A guest process that serves one executor only, and ends with it. Thread-safe. */
final class OwnedGuest implements AutoCloseable {
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(5);
    private static final long STACK_BYTES = 1 << 18;

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
                start("orcinus exit of the guest", this::exit).join(EXIT_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (OutOfMemoryError e) {
                // there is no thread that could wait for it; it is ended
            }
        }
        guest.close();
    }

    private void exit() {
        try {
            guest.process().exit(0);
        } catch (IllegalStateException closed) {
            // it has taken too long, and the guest has been ended under it
        }
    }

    private static Thread start(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
