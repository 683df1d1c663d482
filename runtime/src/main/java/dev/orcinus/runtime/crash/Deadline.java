package dev.orcinus.runtime.crash;

import java.time.Duration;

/** The time until which a report may use its sources. */
final class Deadline {
    private final long endNanos;

    /** A time from this moment on. */
    Deadline(Duration rest) {
        endNanos = System.nanoTime() + rest.toNanos();
    }

    boolean isOver() {
        return System.nanoTime() - endNanos >= 0;
    }
}
