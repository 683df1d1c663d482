package dev.orcinus.loader.targets.rehearsal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** An allocation whose segments are in the heap. */
final class RehearsedAllocation implements TargetAllocation {
    private final RehearsalTarget target;
    private final List<SegmentPlan> plans;
    private final List<MemorySegment> contents;
    private final List<ExecutorAddress> closedThreadLocals = new ArrayList<>();
    private boolean ended;

    RehearsedAllocation(RehearsalTarget target, List<SegmentPlan> plans) {
        this.target = target;
        this.plans = List.copyOf(plans);
        this.contents = plans.stream().map(RehearsedAllocation::memory).toList();
    }

    private static MemorySegment memory(SegmentPlan plan) {
        return MemorySegment.ofArray(new byte[Math.toIntExact(plan.contentBytes())]);
    }

    ExecutorAddress key() {
        return plans.getFirst().address();
    }

    /** Returns the handles of thread-local storage that its dealloc actions close. */
    List<ExecutorAddress> closedThreadLocals() {
        return closedThreadLocals;
    }

    @Override
    public MemorySegment content(int index) {
        return contents.get(index);
    }

    @Override
    public PendingAllocation finish(List<TargetAction.Pair> actions) {
        ended = true;
        for (TargetAction.Pair pair : actions) {
            if (pair.deallocAction() instanceof TargetAction.CloseThreadLocals(var handle)) {
                closedThreadLocals.add(handle);
            }
        }
        target.finish(this);
        return this::key;
    }

    @Override
    public void abandon() {
        if (!ended) {
            ended = true;
            target.abandon();
        }
    }

    byte[] bytes(ExecutorAddress address, long sizeBytes) {
        for (int i = 0; i < plans.size(); i++) {
            long offset = address.value() - plans.get(i).address().value();
            if (offset >= 0 && offset + sizeBytes <= contents.get(i).byteSize()) {
                return contents.get(i).asSlice(offset, sizeBytes).toArray(JAVA_BYTE);
            }
        }
        return new byte[0];
    }
}
