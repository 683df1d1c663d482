package dev.orcinus.daemon.admission;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.secure.ServerAccess;
import dev.orcinus.secure.TlsEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets through who knows the token. Each connection has a thread of its own and a limited time
 * here, and takes no place of a session. If too many are here, the one that came first has to go,
 * so that those who only wait cannot keep out those who know the token. Thread-safe; this object's
 * lock guards its fields.
 */
public final class TokenGate implements AutoCloseable {
    private static final long STACK_BYTES = 512 << 10;
    private static final int MOST = 64;

    private final ServerAccess access;
    private final Duration limit;
    private final Function<HostChannel, Optional<String>> refusal;
    private final Consumer<HostChannel> admitted;
    private final Consumer<String> log;
    private final Map<HostChannel, Thread> here = new LinkedHashMap<>();
    private boolean closed;
    private long refused;

    /**
     * Creates a gate without connections.
     *
     * @param limit how long a connection may stay here
     * @param refusal returns the reason why a peer that knows the token is not served, if there is
     *     one
     * @param admitted takes the channel of a peer that knows the token; it must not wait
     * @param log takes lines about connections that are refused, but not too many of them
     */
    public TokenGate(
            ServerAccess access,
            Duration limit,
            Function<HostChannel, Optional<String>> refusal,
            Consumer<HostChannel> admitted,
            Consumer<String> log) {
        this.access = access;
        this.limit = limit;
        this.refusal = refusal;
        this.admitted = admitted;
        this.log = new LimitedLog(log);
    }

    /** Takes a connection that has just been accepted; returns at once. */
    public void enter(HostChannel connection) {
        try {
            Thread thread = new Thread(null, () -> admit(connection), "token", STACK_BYTES);
            thread.setDaemon(true);
            if (register(connection, thread)) {
                thread.start();
            } else {
                connection.close();
            }
        } catch (OutOfMemoryError e) {
            leave(connection);
            refuse(connection, "no thread: " + e.getMessage());
        }
    }

    private synchronized boolean register(HostChannel connection, Thread thread) {
        if (closed) {
            return false;
        }
        if (here.size() >= MOST) {
            HostChannel first = here.keySet().iterator().next();
            here.remove(first);
            first.shutdown();
        }
        here.put(connection, thread);
        return true;
    }

    private void admit(HostChannel connection) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (ChannelWire wire = new ChannelWire(connection)) {
            connection.limitWrites(limit);
            TlsEngine engine = access.admit(wire, () -> refusal.apply(connection), deadline);
            connection.limitWrites(Duration.ZERO);
            if (leave(connection)) {
                admitted.accept(new TlsChannel(connection, engine));
            } else {
                refuse(connection, "others wait to show that they know the token");
            }
        } catch (IOException | HostCallException | RuntimeException | OutOfMemoryError e) {
            boolean wasHere = leave(connection);
            refuse(
                    connection,
                    wasHere ? e.getMessage() : "it has waited here the longest of " + MOST);
        }
    }

    /** Returns whether the connection was still here. */
    private synchronized boolean leave(HostChannel connection) {
        return here.remove(connection) != null;
    }

    private void refuse(HostChannel connection, String reason) {
        synchronized (this) {
            refused++;
        }
        log.accept("refused " + connection.describe() + ": " + reason);
        connection.close();
    }

    /** Returns how many connections have been refused here. */
    public synchronized long refused() {
        return refused;
    }

    /** Refuses all connections that are here, and later ones. */
    @Override
    public synchronized void close() {
        closed = true;
        here.keySet().forEach(HostChannel::shutdown);
    }
}
