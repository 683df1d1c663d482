package dev.orcinus.daemon.status;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * Serves {@code orcinus status}: sends the report to each client that connects to the daemon's
 * Unix-domain socket. Only the daemon's user can connect.
 */
public final class StatusServer implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Supplier<Collection<String>> report;

    /**
     * Creates the socket and starts to serve.
     *
     * @param socket the path of the socket
     * @param report returns the lines to send; it is called for each client
     */
    public StatusServer(Path socket, Supplier<Collection<String>> report) throws IOException {
        this.report = report;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "status");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                System.err.println("orcinus: status: " + e.getMessage());
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        String text = String.join("\n", report.get()) + "\n";
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
        client.shutdownOutput(); // ends the stream even if a worker that starts just now has
        // inherited the socket
    }

    /** Returns the report of the daemon that serves {@code socket}. */
    public static String ask(Path socket) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return new String(
                    Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
