package dev.orcinus.loader.targets;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;

/** An allocation that has been sent on its way. */
@FunctionalInterface
public interface PendingAllocation {
    /**
     * Waits until it is in place.
     *
     * @return the key by which it is deallocated
     * @throws TargetException if it failed; everything is undone then
     */
    ExecutorAddress await();
}
