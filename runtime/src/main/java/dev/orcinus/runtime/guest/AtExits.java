package dev.orcinus.runtime.guest;

import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestProcess;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code atexit} for guest code: glibc keeps that function in a static library, so no shared
 * library has it. Each function is registered with the C library under the allocation that it lies
 * in, and runs when that allocation goes, or when guest code calls {@code exit}. Many threads may
 * use it.
 */
public final class AtExits {
    private final GuestProcess process;
    private final GuestCalls calls;
    private final MemoryManager manager;
    private final Set<ExecutorAddress> handles = new HashSet<>();

    /**
     * Those whose functions have ended the guest, or during which another thread's call has. If it
     * returns, they are registered again.
     */
    private final Set<ExecutorAddress> undone = new HashSet<>();

    /** A session's at-exit functions. */
    AtExits(GuestProcess process, GuestCalls calls, MemoryManager manager) {
        this.process = process;
        this.calls = calls;
        this.manager = manager;
    }

    /**
     * Does {@code atexit(function)}.
     *
     * @return 0, or -1 if {@code function} lies in no allocation of this session
     */
    public synchronized int register(ExecutorAddress function) {
        Optional<ExecutorAddress> key = manager.keyOf(function);
        if (key.isEmpty()) {
            return -1;
        }
        if (!handles.contains(key.get())) {
            if (!manager.onDealloc(function, new RunAtExits(key.get()))) {
                return -1;
            }
            handles.add(key.get());
        }
        process.atExit(function, ExecutorAddress.NULL, key.get());
        return 0;
    }

    private synchronized void forget(ExecutorAddress handle) {
        handles.remove(handle);
    }

    private synchronized void noteUndone(ExecutorAddress handle) {
        undone.add(handle);
    }

    /**
     * Runs functions once more that have ended the guest.
     *
     * @param which of the allocations that they lie in
     */
    void runUndone(Predicate<ExecutorAddress> which) {
        for (ExecutorAddress handle : takeUndone(which)) {
            var _ = calls.runAtExits(handle);
        }
    }

    private synchronized List<ExecutorAddress> takeUndone(Predicate<ExecutorAddress> which) {
        List<ExecutorAddress> taken = undone.stream().filter(which).toList();
        taken.forEach(undone::remove);
        return taken;
    }

    private final class RunAtExits implements AllocationAction {
        private final ExecutorAddress handle;

        RunAtExits(ExecutorAddress handle) {
            this.handle = handle;
        }

        @Override
        public void run() throws ActionFailedException {
            forget(handle);
            Optional<GuestEnd> end = calls.runAtExits(handle).end();
            if (end.isPresent()) {
                noteUndone(handle);
                throw new ActionFailedException("the guest " + end.get().describe());
            }
        }

        @Override
        public boolean runsGuestCode() {
            return true;
        }

        @Override
        public ExecutorAddress function() {
            return handle;
        }
    }
}
