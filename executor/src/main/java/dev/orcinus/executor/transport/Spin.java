package dev.orcinus.executor.transport;

/**
 * Computes how long to poll for the next frame before sleeping. To wake a thread takes longer than
 * to serve an empty call, so polling is worth while after traffic, but must not use a core while a
 * controller compiles. A poll without success halves the time of the next one; a success restores
 * it. Used by one thread.
 */
final class Spin {
    private static final long LONGEST_NANOS = 50_000;
    private static final long SHORTEST_NANOS = 3_000;

    private long nanos = LONGEST_NANOS;

    /** Returns how long to poll this time. */
    long nanos() {
        return nanos;
    }

    /** Notes that the poll found data. */
    void hit() {
        nanos = LONGEST_NANOS;
    }

    /** Notes that the poll found no data. */
    void miss() {
        nanos = Math.max(SHORTEST_NANOS, nanos / 2);
    }
}
