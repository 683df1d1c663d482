package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reports when an allocation goes that belongs to a dylib, or that at-exit functions lie in or are
 * called with. It reports once for each allocation, however often the allocation has been watched;
 * a later allocation at the same address is another one. Many threads may use it; this object's
 * lock guards it. Code in memory that no manager of this process holds has no allocations.
 */
final class AllocationWatch {
    private final Optional<MemoryManager> manager;
    private final Consumer<ExecutorAddress> onGone;
    private final Set<ExecutorAddress> watched = new HashSet<>();

    AllocationWatch(Optional<MemoryManager> manager, Consumer<ExecutorAddress> onGone) {
        this.manager = manager;
        this.onGone = onGone;
    }

    /**
     * Watches the allocation around an address.
     *
     * @return its key; empty if there is none, or if it has gone in the meantime
     */
    synchronized Optional<ExecutorAddress> watch(ExecutorAddress address) {
        return keyOf(address).filter(key -> watched.contains(key) || isWatchedFromNow(key));
    }

    private boolean isWatchedFromNow(ExecutorAddress key) {
        return manager.orElseThrow().onDealloc(key, new Gone(key)) && watched.add(key);
    }

    /** Returns whether an allocation is watched, and has not gone. */
    synchronized boolean isWatched(ExecutorAddress key) {
        return watched.contains(key);
    }

    /** Returns the key of the allocation around an address, if there is one. */
    Optional<ExecutorAddress> keyOf(ExecutorAddress address) {
        return manager.flatMap(m -> m.keyOf(address));
    }

    private synchronized void unwatch(ExecutorAddress key) {
        watched.remove(key);
    }

    /** Runs when an allocation goes, before its own dealloc actions. */
    private final class Gone implements AllocationAction {
        private final ExecutorAddress key;

        Gone(ExecutorAddress key) {
            this.key = key;
        }

        @Override
        public void run() {
            unwatch(key);
            onGone.accept(key);
        }

        @Override
        public boolean runsGuestCode() {
            return false;
        }

        @Override
        public ExecutorAddress function() {
            return key;
        }
    }
}
