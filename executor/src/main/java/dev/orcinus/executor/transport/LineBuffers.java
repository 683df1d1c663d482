package dev.orcinus.executor.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The buffers of lines, which later lines use again. They have no arena that is closed: to close
 * one that threads share, the JVM asks each of its threads whether it uses the memory, and
 * thousands of them take milliseconds. Many threads may use it.
 */
final class LineBuffers {
    static final int SIZE_BYTES = 64 << 10;

    /** The garbage collector frees the buffers above this number. */
    private static final int MOST_FREE = 32;

    private static final Queue<MemorySegment> FREE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private LineBuffers() {}

    /** Returns a buffer, which holds anything. */
    static MemorySegment take() {
        MemorySegment free = FREE.poll();
        if (free == null) {
            return Arena.ofAuto().allocate(SIZE_BYTES, Long.BYTES);
        }
        COUNT.decrementAndGet();
        return free;
    }

    /** Takes a buffer back, once, that nobody uses any more. */
    static void giveBack(MemorySegment buffer) {
        if (COUNT.incrementAndGet() <= MOST_FREE) {
            FREE.add(buffer);
        } else {
            COUNT.decrementAndGet();
        }
    }
}
