package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.platform.linux.guestprocess.threads.EscapedException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments that a guest and this process have at the same addresses, and the pointers of both
 * sides. Many threads may use it; its lock guards changes.
 */
final class SharedSegments {
    private volatile List<MemorySegment> all = List.of();

    synchronized void add(MemorySegment shared) {
        List<MemorySegment> more = new ArrayList<>(all);
        more.add(shared);
        all = List.copyOf(more);
    }

    synchronized void remove(long start) {
        List<MemorySegment> fewer = new ArrayList<>(all);
        fewer.removeIf(shared -> shared.address() == start);
        all = List.copyOf(fewer);
    }

    /**
     * Returns the address that guest code gets for a segment: one of shared memory, or one of 0
     * bytes, which is an address of the guest.
     *
     * @param argument the name of the argument, for messages
     * @throws IllegalArgumentException if guest code cannot use the memory
     * @throws IllegalStateException if the segment's arena is closed
     */
    long addressOf(MemorySegment segment, String argument) {
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException(argument + ": its arena is closed");
        }
        if (!segment.isNative()) {
            throw unusable(argument, segment, "is on the Java heap");
        }
        if (segment.byteSize() != 0 && around(segment.address(), segment.byteSize()) == null) {
            throw unusable(argument, segment, "is memory of this process only");
        }
        return segment.address();
    }

    private static IllegalArgumentException unusable(
            String argument, MemorySegment segment, String problem) {
        return new IllegalArgumentException(
                "%s %s, which guest code cannot use: allocate it from sharedArena; %s"
                        .formatted(argument, problem, segment));
    }

    /** Returns the shared segment around a range, or null. */
    private MemorySegment around(long start, long sizeBytes) {
        List<MemorySegment> now = all;
        for (int i = 0; i < now.size(); i++) { // on the way of each call
            MemorySegment shared = now.get(i);
            long offset = start - shared.address();
            if (offset >= 0 && sizeBytes <= shared.byteSize() - offset) {
                return shared;
            }
        }
        return null;
    }

    /**
     * Returns the register for the result of a callback.
     *
     * @throws EscapedException if it is a pointer that guest code cannot use
     */
    long word(MemoryLayout layout, Object result) {
        if (!(layout instanceof AddressLayout)) {
            return ValueBits.of(result);
        }
        try {
            return addressOf((MemorySegment) result, "the result of a callback");
        } catch (RuntimeException e) {
            throw new EscapedException(e);
        }
    }

    /**
     * Returns a pointer of guest code as a segment: of shared memory, as long as what it points to;
     * else of 0 bytes, because its memory is not here.
     */
    MemorySegment pointer(long address, AddressLayout layout) {
        long size = layout.targetLayout().map(MemoryLayout::byteSize).orElse(0L);
        MemorySegment shared = around(address, size);
        return shared == null
                ? MemorySegment.ofAddress(address)
                : shared.asSlice(address - shared.address(), size);
    }
}
