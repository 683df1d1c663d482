package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** An allocation in this process, whose segments are filled in their final pages. */
final class LocalAllocation implements TargetAllocation {
    private final InFlightAllocation allocation;
    private final LocalActions actions;
    private final List<MemorySegment> contents;

    LocalAllocation(MemoryManager manager, LocalActions actions, List<SegmentPlan> segments) {
        this.allocation = manager.begin();
        this.actions = actions;
        this.contents = new ArrayList<>(segments.size());
        try {
            for (SegmentPlan segment : segments) {
                contents.add(
                        allocation.addSegment(
                                segment.group(),
                                segment.address(),
                                segment.sizeBytes(),
                                segment.contentBytes()));
            }
        } catch (AllocationException e) {
            abandon();
            throw LocalTarget.refused(e);
        }
    }

    @Override
    public MemorySegment content(int index) {
        return contents.get(index);
    }

    @Override
    public PendingAllocation finish(List<TargetAction.Pair> pairs) {
        List<AllocationActions.Pair> bound = new ArrayList<>(pairs.size());
        for (TargetAction.Pair pair : pairs) {
            bound.add(
                    new AllocationActions.Pair(
                            actions.bind(pair.finalizeAction()),
                            actions.bind(pair.deallocAction())));
        }
        try {
            ExecutorAddress key = allocation.finish(bound);
            return () -> key;
        } catch (AllocationException e) {
            throw LocalTarget.refused(e);
        }
    }

    @Override
    public void abandon() {
        try {
            allocation.abandon();
        } catch (AllocationException e) {
            throw new IllegalStateException(e);
        }
    }
}
