package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Ties at-exit functions to the allocations that they, and what they are called with, lie in: when
 * one goes, whoever keeps the functions is told, once for each allocation. For many threads;
 * guarded by this object's lock.
 */
final class AtExitOwners {
    private final MemoryManager manager;
    private final Consumer<ExecutorAddress> onGone;
    private final Set<ExecutorAddress> watched = new HashSet<>();

    AtExitOwners(MemoryManager manager, Consumer<ExecutorAddress> onGone) {
        this.manager = manager;
        this.onGone = onGone;
    }

    AtExitList.Entry entry(ExecutorAddress function, ExecutorAddress argument) {
        return new AtExitList.Entry(function, argument, watch(function), watch(argument));
    }

    private synchronized Optional<ExecutorAddress> watch(ExecutorAddress address) {
        Optional<ExecutorAddress> key = manager.keyOf(address);
        if (key.isPresent() && watched.add(key.get())) {
            manager.onDealloc(key.get(), new Gone(key.get()));
        }
        return key;
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
