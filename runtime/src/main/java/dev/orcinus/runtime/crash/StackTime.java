package dev.orcinus.runtime.crash;

import java.util.function.LongSupplier;

/**
 * The time for the calls on a stack. The calls that a report tells are few, and are waited for on a
 * busy machine, too. Those that are only counted, of an endless recursion, may be millions, and a
 * user waits for the report: they have less time. One thread uses it.
 */
final class StackTime {
    static final long WHOLE_NANOS = 1_000_000_000;
    static final long COUNTING_NANOS = 250_000_000;

    private final LongSupplier clock;
    private final long beginNanos;
    private boolean isCounting;
    private long countingNanos;

    /**
     * A time from this moment on.
     *
     * @param clock returns nanoseconds since some moment
     */
    StackTime(LongSupplier clock) {
        this.clock = clock;
        this.beginNanos = clock.getAsLong();
    }

    /** Notes that a call is only counted. */
    void count() {
        if (!isCounting) {
            isCounting = true;
            countingNanos = clock.getAsLong();
        }
    }

    /** Notes that a call is told. */
    void tell() {
        isCounting = false;
    }

    boolean isOver() {
        long now = clock.getAsLong();
        return now - beginNanos >= WHOLE_NANOS
                || (isCounting && now - countingNanos >= COUNTING_NANOS);
    }
}
