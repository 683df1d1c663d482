package dev.orcinus.secure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What the tests of lines have in common: tokens, and a server for one connection. */
final class Peers {
    static final Token TOKEN = Token.of("0123456789abcdef0123456789abcdef");
    static final Token OTHER = Token.of("0123456789abcdef0123456789abcdeF");
    static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();

    private static final Map<String, ServerIdentity> IDENTITIES = new ConcurrentHashMap<>();

    private Peers() {}

    /**
     * Returns the identity of a server. It is made once, because that takes a process, and mutation
     * tests run each method of a test class as if it were alone.
     */
    static ServerIdentity identity(String name) {
        return IDENTITIES.computeIfAbsent(name, Peers::make);
    }

    private static ServerIdentity make(String name) {
        try {
            Path folder = Files.createTempDirectory("orcinus-" + name);
            ServerIdentity made = ServerIdentity.of(folder);
            Files.delete(folder.resolve("server.p12"));
            Files.delete(folder);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves a connection. */
    @FunctionalInterface
    interface Service {
        void serve(Socket connection) throws IOException;
    }

    /** Uses an established line. */
    @FunctionalInterface
    interface Use {
        void use(TlsEngine engine, SocketStreams wire) throws IOException;
    }

    /** Returns what a client with the right token needs, who knows no server. */
    static ClientAccess client(Path folder) {
        return client(folder, TOKEN);
    }

    static ClientAccess client(Path folder, Token token) {
        return new ClientAccess(token, Optional.empty(), folder.resolve("known_hosts"));
    }

    /** A server for one connection; {@link #ended} tells how its service has ended. */
    record Server(ServerSocket socket, CompletableFuture<Void> ended) implements AutoCloseable {
        static Server start(Service service) throws IOException {
            return start(0, service);
        }

        static Server start(int port, Service service) throws IOException {
            ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> serveOne(socket, service, ended));
            return new Server(socket, ended);
        }

        /** Starts a server that uses the line of a client that knows the token. */
        static Server start(int port, ServerIdentity identity, Use use) throws IOException {
            ServerAccess access = new ServerAccess(TOKEN, identity);
            return start(
                    port,
                    connection -> {
                        SocketStreams wire = new SocketStreams(connection);
                        use.use(
                                access.admit(wire, Optional::empty, inTime(ServerAccess.LIMIT)),
                                wire);
                    });
        }

        static Server start(ServerIdentity identity, Use use) throws IOException {
            return start(0, identity, use);
        }

        private static void serveOne(
                ServerSocket socket, Service service, CompletableFuture<Void> ended) {
            try (Socket connection = socket.accept()) {
                service.serve(connection);
                ended.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                ended.completeExceptionally(e);
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        String peer() {
            return HOST + ":" + port();
        }

        SecureLine connect(ClientAccess access) throws IOException {
            return SecureLine.connect(HOST, port(), access);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    static long inTime(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    /** The server's side of a connection. */
    record SocketStreams(Socket socket) implements Wire {
        @Override
        public int read(ByteBuffer target, long deadline) throws IOException {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) left);
            return read(target);
        }

        int read(ByteBuffer target) throws IOException {
            InputStream in = socket.getInputStream();
            int count =
                    in.read(
                            target.array(),
                            target.arrayOffset() + target.position(),
                            target.remaining());
            target.position(target.position() + Math.max(0, count));
            return count;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
        }
    }
}
