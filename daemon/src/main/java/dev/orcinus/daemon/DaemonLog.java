package dev.orcinus.daemon;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The log of a daemon. Lines are written by a thread of its own, because a pipe that nobody reads
 * would hold up the session that writes to it, and then all others. Lines that do not fit, and
 * those that cannot be written because a disk is full, are counted: the next one that can be
 * written says how many are lost. This object's lock guards it.
 */
public final class DaemonLog implements Consumer<String>, AutoCloseable {
    private static final int MOST_LINES = 10_000;
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Target target;
    private final Deque<String> waiting = new ArrayDeque<>();
    private long dropped;
    private long unwritten;
    private long taken;
    private boolean isWriting;
    private boolean isClosed;

    /** A place for lines. */
    @FunctionalInterface
    public interface Target {
        /** Writes a line; it may block. */
        void write(String line) throws IOException;
    }

    /** Starts the thread. */
    public DaemonLog(Target target) {
        this.target = target;
        Thread thread = new Thread(this::write, "log");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes a line, and never waits for a reader of the log. */
    @Override
    public synchronized void accept(String line) {
        if (waiting.size() >= MOST_LINES) {
            dropped++;
        } else {
            waiting.add(line);
            notifyAll();
        }
    }

    private void write() {
        for (String line = next(); line != null; line = next()) {
            try {
                write(line);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                unwritten++; // by this thread only
            }
        }
    }

    private void write(String line) throws IOException {
        if (unwritten > 0) {
            target.write(unwritten + " lines of the log are lost: they could not be written");
            unwritten = 0;
        }
        target.write(line);
    }

    /** Waits for the next line; returns null once the log is closed and empty. */
    private synchronized String next() {
        isWriting = false;
        notifyAll();
        while (waiting.isEmpty() && !isClosed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        String line = waiting.poll();
        if (dropped > 0 && line != null) {
            waiting.addFirst(line);
            line = dropped + " lines of the log are lost: nobody has read it";
            dropped = 0;
        }
        isWriting = line != null;
        taken++;
        return line;
    }

    /**
     * Waits until all lines are written, but not long for a reader that reads none: a second for
     * each line, and ten for all.
     */
    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
        long end = System.nanoTime() + CLOSE_NANOS;
        try {
            for (boolean isRead = true; isRead && !isEmpty(); ) {
                isRead = isNextTaken(Math.min(System.nanoTime() + LINE_NANOS, end));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isEmpty() {
        return !isWriting && waiting.isEmpty();
    }

    /** Waits until the thread takes another line, or has written the last one. */
    private boolean isNextTaken(long deadline) throws InterruptedException {
        long before = taken;
        long left = deadline - System.nanoTime();
        while (taken == before && !isEmpty() && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        return left > 0;
    }
}
