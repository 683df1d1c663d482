package dev.orcinus.daemon.admission;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A log of what strangers can cause. It passes on some lines a minute, so that nobody can fill a
 * disk with them. Thread-safe; this object's lock guards its fields.
 */
final class LimitedLog implements Consumer<String> {
    private static final int MOST_LINES = 20;
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

    private final Consumer<String> log;
    private final LongSupplier nanoTime;
    private long begunNanos;
    private int lines;

    LimitedLog(Consumer<String> log) {
        this(log, System::nanoTime);
    }

    /** A log by another clock, for tests. */
    LimitedLog(Consumer<String> log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.begunNanos = nanoTime.getAsLong();
    }

    @Override
    public synchronized void accept(String line) {
        long now = nanoTime.getAsLong();
        if (now - begunNanos >= PERIOD_NANOS) {
            begunNanos = now;
            lines = 0;
        }
        lines++;
        if (lines <= MOST_LINES) {
            log.accept(line);
        }
        if (lines == MOST_LINES) {
            log.accept("more refusals in this minute are counted only ('orcinus status')");
        }
    }
}
