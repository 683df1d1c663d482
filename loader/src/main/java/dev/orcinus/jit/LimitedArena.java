package dev.orcinus.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An arena that gives out parts of one segment, one after the other. Its lock guards it. */
final class LimitedArena implements Arena {
    static final long PAGE_BYTES = 4096;

    private final Arena owner;
    private final MemorySegment room;
    private long used;

    /**
     * Makes an arena.
     *
     * @param owner the arena of the segment, which ends with this one
     * @param room zeroed memory that starts at a page
     */
    LimitedArena(Arena owner, MemorySegment room) {
        this.owner = owner;
        this.room = room;
    }

    static void requireSize(long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("an arena of " + sizeBytes + " bytes");
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IndexOutOfBoundsException if there is too little room left
     */
    @Override
    public synchronized MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < 0 || Long.bitCount(byteAlignment) != 1 || byteAlignment < 0) {
            throw new IllegalArgumentException(
                    byteSize + " bytes, aligned to " + byteAlignment + " bytes");
        }
        if (!owner.scope().isAlive()) {
            throw new IllegalStateException("the arena is closed");
        }
        long start = -(-(room.address() + used) & -byteAlignment) - room.address();
        if (start < 0 || start > room.byteSize() || byteSize > room.byteSize() - start) {
            throw new IndexOutOfBoundsException(
                    "the arena has %d of %d bytes left; %d are needed, aligned to %d"
                            .formatted(
                                    room.byteSize() - used,
                                    room.byteSize(),
                                    byteSize,
                                    byteAlignment));
        }
        used = start + byteSize;
        return room.asSlice(start, byteSize);
    }

    @Override
    public MemorySegment.Scope scope() {
        return owner.scope();
    }

    @Override
    public void close() {
        owner.close();
    }
}
