package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An allocation whose segments are filled in memory of this process. Another thread sends the
 * contents from there without a copy, so the arena is shared.
 */
final class RemoteAllocation implements TargetAllocation {
    private static final long ALIGNMENT_BYTES = 64;

    private final RemoteMemory memory;
    private final List<SegmentPlan> plans;
    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> contents = new ArrayList<>();
    private boolean ended;

    RemoteAllocation(RemoteMemory memory, List<SegmentPlan> plans) {
        this.memory = memory;
        this.plans = List.copyOf(plans);
        try {
            for (SegmentPlan plan : plans) {
                contents.add(arena.allocate(plan.contentBytes(), ALIGNMENT_BYTES));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            arena.close();
            throw e;
        }
    }

    List<SegmentPlan> plans() {
        return plans;
    }

    @Override
    public MemorySegment content(int index) {
        return contents.get(index);
    }

    @Override
    public PendingAllocation finish(List<TargetAction.Pair> actions) {
        if (ended) {
            throw new IllegalStateException("the allocation has ended");
        }
        ended = true;
        return memory.finish(this, actions);
    }

    /** Frees the contents, which are no longer needed. */
    void freeContents() {
        arena.close();
    }

    @Override
    public void abandon() {
        if (!ended) {
            ended = true;
            freeContents();
            memory.giveUp(this);
        }
    }
}
