package dev.orcinus.bindings.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The place where a call stores {@code errno}. Each caller owns one. One thread at a time may use
 * it, and reads {@link #errno} before its next call.
 */
public final class ErrnoState {
    /** For calls whose {@code errno} nobody reads; any thread may use it. */
    public static final ErrnoState IGNORED = new ErrnoState(Arena.global());

    private final MemorySegment segment;

    /**
     * Allocates a state.
     *
     * @param arena how long it lives
     */
    public ErrnoState(Arena arena) {
        segment = arena.allocate(Linker.Option.captureStateLayout());
    }

    /** Returns the {@code errno} of the last call; it means nothing unless that call failed. */
    public int errno() {
        return segment.get(ValueLayout.JAVA_INT, 0);
    }

    MemorySegment segment() {
        return segment;
    }
}
