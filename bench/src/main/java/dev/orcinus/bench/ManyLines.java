package dev.orcinus.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Lines of many controllers that begin at once, each with a thread that waits for its Setup
 * message.
 */
final class ManyLines implements AutoCloseable {
    private static final long STACK_BYTES = 256 << 10;

    private final CountDownLatch begin = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final List<Line> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> seconds = Collections.synchronizedList(new ArrayList<>());
    private long beganNanos;

    /** A line that is open, and what its Setup message comes from. */
    private record Line(InputStream input, AutoCloseable owner) {}

    /** Opens a line. */
    @FunctionalInterface
    private interface Opening {
        Line open() throws IOException;
    }

    private ManyLines(int count, Opening opening) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(null, () -> measure(opening), "line-" + i, STACK_BYTES);
            threads.add(thread);
            thread.start();
        }
        beganNanos = System.nanoTime();
        begin.countDown();
    }

    /** Connects to a daemon. */
    static ManyLines connect(InetSocketAddress address, int count) {
        return new ManyLines(
                count,
                () -> {
                    Socket socket = new Socket();
                    socket.connect(address);
                    return new Line(socket.getInputStream(), socket);
                });
    }

    /** Starts executors, each with a line over pipes. */
    static ManyLines start(String program, int count) {
        return new ManyLines(
                count,
                () -> {
                    Process process =
                            new ProcessBuilder(program, "filedescs=0,1")
                                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                                    .start();
                    return new Line(process.getInputStream(), process::destroyForcibly);
                });
    }

    private void measure(Opening opening) {
        try {
            begin.await();
            Line line = opening.open();
            lines.add(line);
            LongSession.readFrame(line.input);
            seconds.add((System.nanoTime() - beganNanos) / 1e9);
        } catch (IOException e) {
            // it has not been served
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for all lines; returns when those that have been served had their Setup, sorted. */
    List<Double> awaitSetups() {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Collections.sort(seconds);
        return seconds;
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            try {
                line.owner.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
