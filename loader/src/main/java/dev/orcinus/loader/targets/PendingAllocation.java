package dev.orcinus.loader.targets;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;

/** An allocation that is being finalized. */
@FunctionalInterface
public interface PendingAllocation {
    /**
     * Waits until the allocation is in place.
     *
     * @return the key by which it is deallocated
     * @throws TargetException if it failed; everything is undone then
     */
    ExecutorAddress await();
}
