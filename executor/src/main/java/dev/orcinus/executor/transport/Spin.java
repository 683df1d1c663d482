package dev.orcinus.executor.transport;

/**
 * How long to look for the next frame before sleeping. Waking a thread takes longer than answering
 * an empty call, so right after traffic a short look pays; a controller that compiles for long must
 * not lose a core to it. A look that found nothing halves the next one, one that found something
 * restores it: an idle or a busy peer costs next to nothing after a few frames. For one thread.
 */
final class Spin {
    private static final long LONGEST_NANOS = 50_000;
    private static final long SHORTEST_NANOS = 3_000;

    private long nanos = LONGEST_NANOS;

    /** How long to look this time. */
    long nanos() {
        return nanos;
    }

    /** The look found data. */
    void hit() {
        nanos = LONGEST_NANOS;
    }

    /** The look found none. */
    void miss() {
        nanos = Math.max(SHORTEST_NANOS, nanos / 2);
    }
}
