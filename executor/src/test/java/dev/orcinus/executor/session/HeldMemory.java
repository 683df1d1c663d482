package dev.orcinus.executor.session;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/** Memory that guest code may have used. It has no state. */
final class HeldMemory {
    private static final int SIZE_BYTES = 4096;

    private HeldMemory() {}

    /** Returns the deallocation of a readable allocation, which is made for it. */
    static Deallocation deallocation(MemoryManager memory) {
        try {
            ExecutorAddress base = memory.reserve(SIZE_BYTES);
            InFlightAllocation allocation = memory.begin();
            allocation.addSegment(AllocGroup.ofWire((byte) 1), base, SIZE_BYTES, 0);
            return memory.deinitialize(List.of(allocation.finish(List.of())));
        } catch (AllocationException e) {
            throw new AssertionError(e);
        }
    }
}
