package dev.orcinus.daemon.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers the requests that clients send over the daemon's Unix-domain socket: a line each, and
 * then the answer as text. Only the daemon's user can connect. Each client has a thread of its own,
 * so that one that says nothing holds nobody up.
 */
public final class ControlServer implements AutoCloseable {
    private static final int LONGEST_REQUEST = 100;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);
    private static final int MOST_ANSWERS = 10_000;

    private final ServerSocketChannel server;
    private final Semaphore answering = new Semaphore(MOST_ANSWERS);
    private final Function<String, String> answers;
    private final Consumer<String> log;
    private final Duration lastAnswers;

    /**
     * Creates the socket and starts to serve.
     *
     * @param socket the path of the socket
     * @param answers returns the answer to a request
     * @param log takes a line for each request that could not be answered
     */
    public ControlServer(Path socket, Function<String, String> answers, Consumer<String> log)
            throws IOException {
        this(socket, answers, log, LAST_ANSWERS);
    }

    /**
     * Creates the socket and starts to serve.
     *
     * @param lastAnswers how long {@link #close} waits for answers to requests that have come
     */
    ControlServer(
            Path socket,
            Function<String, String> answers,
            Consumer<String> log,
            Duration lastAnswers)
            throws IOException {
        this.answers = answers;
        this.log = log;
        this.lastAnswers = lastAnswers;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::accept, "control");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                begin(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) { // no descriptor, or no thread, is left
                log.accept("control socket: " + e.getMessage());
                if (pauseAfterFailure()) {
                    return;
                }
            }
        }
    }

    private void begin(SocketChannel client) throws IOException {
        try {
            Thread.ofPlatform().daemon().start(() -> serve(client));
        } catch (OutOfMemoryError e) {
            client.close();
            throw e;
        }
    }

    private static boolean pauseAfterFailure() {
        try {
            Thread.sleep(PAUSE);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            answer(client);
        } catch (IOException e) {
            log.accept("control socket: " + e.getMessage());
        }
    }

    /** Answers a request; a failure is logged before the client sees that there is no answer. */
    private void answer(SocketChannel client) {
        try {
            answer(client, readLine(Channels.newReader(client, StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException e) {
            log.accept("control socket: " + e.getMessage());
        }
    }

    private void answer(SocketChannel client, String request) throws IOException {
        answering.acquireUninterruptibly();
        try {
            write(client, answers.apply(request));
        } finally {
            answering.release();
        }
    }

    private static String readLine(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n' && line.length() < LONGEST_REQUEST) {
            line.append((char) next);
            next = in.read();
        }
        return line.toString();
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Sends a request to the daemon that serves {@code socket}, and returns the answer.
     *
     * @throws SocketTimeoutException if the daemon does not answer in time: it may be stopped
     */
    public static String ask(Path socket, String request) throws IOException {
        return ask(socket, request, LIMIT);
    }

    static String ask(Path socket, String request, Duration limit) throws IOException {
        try (SocketChannel daemon = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                BufferedReader answer =
                        new BufferedReader(Channels.newReader(daemon, StandardCharsets.UTF_8))) {
            Thread.ofPlatform().daemon().name("limit").start(() -> closeAfter(limit, daemon));
            write(daemon, request + "\n");
            return answer.readAllAsString();
        } catch (ClosedChannelException e) {
            throw new SocketTimeoutException("no answer for " + limit.toSeconds() + " s");
        }
    }

    private static void closeAfter(Duration limit, SocketChannel channel) {
        try (channel) {
            Thread.sleep(limit);
        } catch (InterruptedException | IOException e) {
            // the channel is closed in any case
        }
    }

    /**
     * Takes no more clients, and waits a moment for the answers to requests that have come: one of
     * them may have asked for this end.
     */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            if (answering.tryAcquire(MOST_ANSWERS, lastAnswers.toNanos(), TimeUnit.NANOSECONDS)) {
                answering.release(MOST_ANSWERS); // closing it again has nothing to wait for
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
