package dev.orcinus.loader.targets;

import dev.orcinus.loader.TargetException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Segments that are being filled. Ends exactly once: by {@link #finish} or by {@link #abandon}. For
 * one thread.
 */
public interface TargetAllocation {
    /**
     * Where the content of a segment goes: as many bytes as were planned, writable; not necessarily
     * the place where it will be executed.
     *
     * @param index of the plan
     */
    MemorySegment content(int index);

    /**
     * Puts contents in place, protects the segments, runs the finalize actions. May return before
     * that is done.
     *
     * @throws TargetException if it fails at once; everything is undone then
     */
    PendingAllocation finish(List<TargetAction.Pair> actions);

    /** Gives everything back. Does nothing if the allocation has ended. */
    void abandon();
}
