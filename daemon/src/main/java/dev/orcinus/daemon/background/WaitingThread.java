package dev.orcinus.daemon.background;

import dev.orcinus.platform.spi.host.HostChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Gives each connection a new thread, which has been started before it comes: who connects need not
 * wait for that. Its lock guards the thread that waits.
 */
final class WaitingThread implements AutoCloseable {
    private final String name;
    private final Consumer<HostChannel> server;

    /** What the thread that waits gets; empty if it is to end. Null if no thread waits. */
    private CompletableFuture<Optional<HostChannel>> next;

    private boolean isClosed;

    /**
     * Starts the first thread when there is something to serve.
     *
     * @param name of the threads
     * @param server serves a connection, on its thread
     */
    WaitingThread(String name, Consumer<HostChannel> server) {
        this.name = name;
        this.server = server;
    }

    /**
     * Serves a connection on the thread that waits, and starts the next one.
     *
     * @throws OutOfMemoryError if none waits, and none can be started; then it is not served
     */
    synchronized void serve(HostChannel connection) {
        if (next == null) {
            next = start();
        }
        next.complete(Optional.of(connection));
        next = null;
        startNext();
    }

    private void startNext() {
        if (!isClosed) {
            try {
                next = start();
            } catch (OutOfMemoryError e) {
                // there may be a thread when the next connection comes
            }
        }
    }

    private CompletableFuture<Optional<HostChannel>> start() {
        CompletableFuture<Optional<HostChannel>> given = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> given.join().ifPresent(server));
        return given;
    }

    /** Lets the thread end that waits. */
    @Override
    public synchronized void close() {
        isClosed = true;
        if (next != null) {
            next.complete(Optional.empty());
            next = null;
        }
    }
}
