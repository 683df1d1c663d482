package dev.orcinus.daemon.background;

import java.util.function.LongSupplier;

/**
 * Tells of a heap in which objects are made until it is closed: more are there at each look. A
 * thread that made them would have to get a processor between two looks.
 */
final class GrowingHeap implements LongSupplier, AutoCloseable {
    private static final long STEP_BYTES = 2L << 20;

    private long usedBytes;
    private boolean isClosed;

    @Override
    public long getAsLong() {
        usedBytes += isClosed ? 0 : STEP_BYTES;
        return usedBytes;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
