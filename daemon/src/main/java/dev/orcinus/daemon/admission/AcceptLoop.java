package dev.orcinus.daemon.admission;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Accepts connections, as long as a listener is open.
 *
 * @param begin takes each connection; it must not wait
 * @param log takes a line for each failure
 */
public record AcceptLoop(Listener listener, Consumer<HostChannel> begin, Consumer<String> log)
        implements Runnable {
    private static final long PAUSE_MILLIS = 100;

    /** Accepts until the listener is closed, or the thread is interrupted. */
    @Override
    public void run() {
        while (true) {
            try {
                HostChannel connection = listener.accept();
                if (connection == null) {
                    return;
                }
                begin.accept(connection);
            } catch (HostCallException | OutOfMemoryError e) {
                log.accept("accepting: " + e.getMessage());
                if (pauseAfterFailure()) {
                    return;
                }
            }
        }
    }

    /**
     * Waits after a failed accept, and returns whether the thread was interrupted. The usual cause
     * is a lack of descriptors, which the end of a session frees.
     */
    private static boolean pauseAfterFailure() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
