package dev.orcinus.cli;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.Host;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The start of the guest of a session on a thread of its own, because it takes about as long as all
 * else that a process does before it can serve. One thread may wait for it.
 */
final class GuestStart {
    private static final long STACK_BYTES = 1 << 20;

    private final Host host;
    private final Consumer<String> log;
    private final CompletableFuture<Guest> started = new CompletableFuture<>();

    /** Begins to start a guest. */
    GuestStart(Host host, Consumer<String> log) {
        this.host = host;
        this.log = log;
        Thread thread = new Thread(null, this::start, "orcinus guest start", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    private void start() {
        try {
            started.complete(host.guestForSession());
        } catch (HostCallException e) {
            log.accept("code runs in this JVM, which it can end: " + e.getMessage());
            started.complete(host.guestInThisProcess());
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
        }
    }

    /** Returns a guest process; the guest in this JVM, if the system lets none be started. */
    Guest await() {
        return started.join();
    }
}
