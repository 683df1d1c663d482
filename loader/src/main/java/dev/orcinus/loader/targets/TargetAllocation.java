package dev.orcinus.loader.targets;

import dev.orcinus.loader.TargetException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An allocation whose segments are being filled. It ends exactly once, by {@link #finish} or by
 * {@link #abandon}. Only one thread may use it.
 */
public interface TargetAllocation {
    /**
     * Returns the writable memory for the content of a segment, of the planned size. The code may
     * run at a different place.
     *
     * @param index the index of the segment's plan
     */
    MemorySegment content(int index);

    /**
     * Puts the contents in place, protects the segments, and runs the finalize actions. It may
     * return before that is done.
     *
     * @throws TargetException if it fails before it returns; everything is undone then
     */
    PendingAllocation finish(List<TargetAction.Pair> actions);

    /** Frees everything. Does nothing if the allocation has ended. */
    void abandon();
}
