package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line to an executor that this process has started, and that connects to a port of this process
 * on loopback: LLVM 24's, which takes no pipes. With the other way, {@code tcp:listen=}, it would
 * serve the first client that connects, of any user of the machine.
 */
final class ConnectingProcessLine implements Line {
    private static final String ARGUMENT = "tcp:connect=";
    private static final int FIRST_VERSION = 24;
    private static final Pattern VERSION =
            Pattern.compile("llvm-jitlink-executor-(\\d{1,4})(\\..*)?");
    private static final int LOOK_MILLIS = 100;

    private final SocketLine socket;
    private final ExecutorProcess process;

    private ConnectingProcessLine(SocketLine socket, ExecutorProcess process) {
        this.socket = socket;
        this.process = process;
    }

    /** Returns whether the name of a program tells that it takes no pipes. */
    static boolean isPreferredBy(String program) {
        Matcher name = VERSION.matcher(String.valueOf(Path.of(program).getFileName()));
        return name.matches() && Integer.parseInt(name.group(1)) >= FIRST_VERSION;
    }

    /**
     * Starts an executor and waits until it has connected.
     *
     * @param limit the limit of the wait
     */
    static ConnectingProcessLine launch(List<String> command, Duration limit) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.1"), 0), 1);
            List<String> all = new ArrayList<>(command);
            all.add(ARGUMENT + "127.0.0.1:" + server.socket().getLocalPort());
            Process process = new ProcessBuilder(all).inheritIO().start();
            ExecutorProcess executor = new ExecutorProcess(process, command.getFirst());
            try {
                SocketChannel channel = accept(server, executor, limit);
                return new ConnectingProcessLine(
                        new SocketLine(channel, executor.description()), executor);
            } catch (IOException e) {
                process.destroyForcibly();
                throw e;
            }
        }
    }

    private static SocketChannel accept(
            ServerSocketChannel server, ExecutorProcess executor, Duration limit)
            throws IOException {
        server.socket().setSoTimeout(LOOK_MILLIS);
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return server.socket().accept().getChannel();
            } catch (SocketTimeoutException e) {
                if (!executor.process().isAlive()) {
                    throw new LineEndedException(executor.exitStatus(), e);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(
                            "it has not connected for " + limit.toMillis() + " ms", e);
                }
            }
        }
    }

    @Override
    public ReadableByteChannel input() {
        return socket.input();
    }

    @Override
    public GatheringByteChannel output() {
        return socket.output();
    }

    @Override
    public void established() {
        socket.established();
    }

    @Override
    public void endOutput() throws IOException {
        socket.endOutput();
    }

    @Override
    public void disconnect() {
        socket.disconnect();
    }

    @Override
    public void awaitPeer() {
        process.awaitEnd();
    }

    @Override
    public OptionalInt exitStatus() {
        return process.exitStatus();
    }

    @Override
    public String peer() {
        return socket.peer();
    }
}
