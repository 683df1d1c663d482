package dev.orcinus.tests.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The text that a program writes to one of its streams, read as it comes. Thread-safe. */
final class CapturedText {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    /** Starts to read {@code stream} on a thread of its own. */
    CapturedText(InputStream stream) {
        Thread.ofPlatform().daemon().start(() -> pump(stream));
    }

    private void pump(InputStream stream) {
        byte[] buffer = new byte[8192];
        try {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                append(buffer, read);
            }
        } catch (IOException e) {
            // the stream was closed by another thread: that is its end
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

    /** Returns the text that has come so far. */
    synchronized String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Waits until {@code wanted} has come; returns false if the stream ends or the time is over
     * before.
     */
    synchronized boolean await(String wanted, Duration limit) throws InterruptedException {
        await(() -> ended || text().contains(wanted), limit);
        return text().contains(wanted);
    }

    /** Returns whether all processes that hold the stream have closed it. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /**
     * Waits until all processes that hold the stream have closed it; returns false after the limit.
     */
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
