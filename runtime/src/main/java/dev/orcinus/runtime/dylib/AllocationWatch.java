package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells when an allocation goes that something is known about: whose it is, or which at-exit
 * functions lie in it or are called with a part of it. Once for each allocation, however much is
 * known. For many threads; guarded by this object's lock. Where code lies in memory that nobody
 * here manages, there are no allocations to be known.
 */
final class AllocationWatch {
    private final Optional<MemoryManager> manager;
    private final Consumer<ExecutorAddress> onGone;
    private final Set<ExecutorAddress> watched = new HashSet<>();

    AllocationWatch(Optional<MemoryManager> manager, Consumer<ExecutorAddress> onGone) {
        this.manager = manager;
        this.onGone = onGone;
    }

    /** Watches the allocation around an address, and answers its key if there is one. */
    synchronized Optional<ExecutorAddress> watch(ExecutorAddress address) {
        Optional<ExecutorAddress> key = keyOf(address);
        if (key.isPresent() && watched.add(key.get())) {
            manager.orElseThrow().onDealloc(key.get(), new Gone(key.get()));
        }
        return key;
    }

    /** The key of the allocation around an address, if there is one. */
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
