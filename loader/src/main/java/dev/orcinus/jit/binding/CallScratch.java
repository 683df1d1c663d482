package dev.orcinus.jit.binding;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.jit.bind.LastError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one call: copies of texts, arrays and structs, {@code errno}, and what has to be
 * done after the call. Calls use it one after the other; a call within a call has another one.
 */
final class CallScratch implements SegmentAllocator {
    private static final long STATE_BYTES = 16;
    private static final int MOST_BYTES_OF_CHAR = 3;

    private final ScratchPool pool;
    private final MemorySegment memory;
    private final MemorySegment state;
    private final List<Runnable> copies = new ArrayList<>();
    private long used = STATE_BYTES;
    private Object held;
    private List<Arena> more = List.of();

    CallScratch(ScratchPool pool, MemorySegment memory) {
        this.pool = pool;
        this.memory = memory;
        this.state = memory.asSlice(0, STATE_BYTES);
    }

    static CallScratch begin(ScratchPool pool) {
        return pool.take();
    }

    /** Ends a call: copies results back, unless the call has thrown something. */
    void end(Throwable thrown) {
        try {
            if (!copies.isEmpty()) {
                copyBack(thrown);
            }
        } finally {
            Reference.reachabilityFence(held);
            held = null;
            used = STATE_BYTES;
            if (!more.isEmpty()) {
                closeMore();
            }
            pool.giveBack(this);
        }
    }

    private void copyBack(Throwable thrown) {
        try {
            if (thrown == null) {
                copies.forEach(Runnable::run);
            }
        } finally {
            copies.clear();
        }
    }

    private void closeMore() {
        List<Arena> all = more;
        more = List.of();
        all.forEach(Arena::close);
    }

    /** Ends a call as {@link #end} does, and keeps its {@code errno} for the thread. */
    void endWithError(Throwable thrown) {
        if (thrown == null) {
            LastError.set(state.get(JAVA_INT, 0));
        }
        end(thrown);
    }

    /** Returns the memory for {@code errno}. */
    MemorySegment state() {
        return state;
    }

    /** Returns memory whose content is not defined. */
    @Override
    public MemorySegment allocate(long sizeBytes, long alignment) {
        long start = -(-used & -alignment);
        if (sizeBytes > memory.byteSize() - start) {
            return allocateMore(sizeBytes, alignment);
        }
        used = start + sizeBytes;
        return memory.asSlice(start, sizeBytes);
    }

    @SuppressWarnings("MustBeClosedChecker") // end() closes it
    private MemorySegment allocateMore(long sizeBytes, long alignment) {
        Arena arena = pool.arena(Math.max(sizeBytes, 1));
        if (more.isEmpty()) {
            more = new ArrayList<>();
        }
        more.add(arena);
        return arena.allocate(sizeBytes, alignment);
    }

    /** Returns a copy of a text in UTF-8 with a NUL behind it; a null pointer for null. */
    MemorySegment text(String text) {
        if (text == null) {
            return MemorySegment.NULL;
        }
        long most = (long) text.length() * MOST_BYTES_OF_CHAR + 1;
        if (most <= memory.byteSize() - used) {
            MemorySegment copy = memory.asSlice(used, most);
            copy.setString(0, text);
            used += most;
            return copy;
        }
        byte[] bytes = text.getBytes(UTF_8);
        MemorySegment copy = allocate(bytes.length + 1L, 1);
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        copy.set(JAVA_BYTE, bytes.length, (byte) 0);
        return copy;
    }

    /** Runs a step after the call. */
    void afterwards(Runnable step) {
        copies.add(step);
    }

    /** Keeps an object reachable until the call has ended. */
    void hold(Object object) {
        held = held == null ? object : new Object[] {held, object};
    }
}
