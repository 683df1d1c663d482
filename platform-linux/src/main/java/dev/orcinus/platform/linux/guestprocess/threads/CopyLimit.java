package dev.orcinus.platform.linux.guestprocess.threads;

import java.lang.foreign.MemorySegment;

/**
 * The limit for what guest code passes to this process in one call, or returns from one: each is
 * copied as a whole into the heap, which other sessions need, too. It has no state.
 */
public final class CopyLimit {
    private static final int PARTS_OF_HEAP = 8;

    private CopyLimit() {}

    /** Returns how many bytes one call may pass. */
    public static long bytes() {
        return Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
    }

    /**
     * Returns room for a copy.
     *
     * @throws IllegalArgumentException if there are too many bytes
     */
    public static MemorySegment room(long sizeBytes) {
        if (Long.compareUnsigned(sizeBytes, bytes()) > 0) {
            throw new IllegalArgumentException(
                    "guest code passes 0x%x bytes; one call can pass 0x%x, an eighth of the heap (-Xmx)"
                            .formatted(sizeBytes, bytes()));
        }
        return MemorySegment.ofArray(new byte[(int) sizeBytes]);
    }
}
