package dev.orcinus.daemon.admission;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.secure.ClientAccess;
import dev.orcinus.secure.SecureLine;
import dev.orcinus.secure.ServerAccess;
import dev.orcinus.secure.TlsEngine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A client in this process that shows the token, after which the classes are loaded that TLS needs:
 * they take most of the time of a first connection. Its server's side is a gate like the daemon's,
 * at an address of its own on this machine, so others who come there need the token as well. It
 * speaks TCP, as all daemons with a token do: {@code DaemonOptions} refuses a token for a
 * Unix-domain socket.
 */
public final class TokenRehearsal {
    private static final int BYTES = 1000;

    private final Host host;
    private final ServerAccess access;

    /** A rehearsal that has not been run. */
    public TokenRehearsal(Host host, ServerAccess access) {
        this.host = host;
        this.access = access;
    }

    /**
     * Establishes a line and sends some bytes both ways.
     *
     * @throws IOException if the client has not been let in
     */
    public void run() throws IOException, HostCallException {
        CompletableFuture<Optional<IOException>> ended = new CompletableFuture<>();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Listener listener = host.channels().listen(any);
                TokenGate gate = gate()) {
            Thread client = new Thread(() -> connect(listener, ended), "rehearsing-client");
            client.setDaemon(true);
            client.start();
            for (var next = listener.accept(); next != null; next = listener.accept()) {
                gate.enter(next);
            }
        }
        Optional<IOException> failure = ended.join();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** A gate that says nothing of those whom it refuses: the client tells its own failure. */
    private TokenGate gate() {
        return new TokenGate(
                access, ServerAccess.LIMIT, _ -> Optional.empty(), TokenRehearsal::echo, _ -> {});
    }

    private static void echo(HostChannel channel) {
        try (channel;
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BYTES);
            long count = channel.read(bytes);
            if (count > 0) {
                channel.write(bytes.asSlice(0, count));
            }
        } catch (HostCallException e) {
            // the client gets no bytes
        }
    }

    private void connect(Listener listener, CompletableFuture<Optional<IOException>> ended) {
        Optional<IOException> failure = Optional.of(new IOException("internal error"));
        try {
            InetSocketAddress address = (InetSocketAddress) listener.address();
            ClientAccess own =
                    new ClientAccess(
                            access.token(),
                            Optional.of(access.identity().fingerprint()),
                            Path.of("")); // certificates with a known fingerprint are not noted
            try (SecureLine line =
                    SecureLine.connect(
                            address.getAddress().getHostAddress(), address.getPort(), own)) {
                line.write(ByteBuffer.allocate(BYTES));
                failure =
                        line.read(ByteBuffer.allocate(BYTES)) == TlsEngine.END
                                ? Optional.of(new IOException("no answer"))
                                : Optional.empty();
            }
        } catch (IOException e) {
            failure = Optional.of(e);
        } finally {
            ended.complete(failure);
            listener.close();
        }
    }
}
