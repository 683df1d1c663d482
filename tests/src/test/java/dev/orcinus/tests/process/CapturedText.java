package dev.orcinus.tests.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a program writes to one of its streams, read as it comes. For many threads. */
final class CapturedText {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    /** Reads {@code stream} on a thread of its own. */
    CapturedText(InputStream stream) {
        Thread.ofVirtual().start(() -> pump(stream));
    }

    private void pump(InputStream stream) {
        byte[] buffer = new byte[8192];
        try {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                append(buffer, read);
            }
        } catch (IOException e) {
            // the stream was closed under us: that is its end
        }
        end();
    }

    private synchronized void append(byte[] buffer, int size) {
        bytes.write(buffer, 0, size);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** All that has come so far. */
    synchronized String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Waits until {@code wanted} has come; answers false if the stream ends or the time is over
     * before.
     */
    synchronized boolean await(String wanted, Duration limit) throws InterruptedException {
        await(() -> ended || text().contains(wanted), limit);
        return text().contains(wanted);
    }

    /** Waits until every process that holds the stream has closed it. */
    synchronized boolean awaitEnd(Duration limit) throws InterruptedException {
        return await(() -> ended, limit);
    }

    private synchronized boolean await(BooleanSupplier condition, Duration limit)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }
}
