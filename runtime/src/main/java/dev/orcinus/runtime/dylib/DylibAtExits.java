package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The at-exit functions of JIT dylibs, and the dylibs that allocations belong to. A function is
 * dropped when the allocation goes that it or its argument lies in. Many threads may use it; each
 * dylib's state holds its list.
 */
final class DylibAtExits {
    private final DylibRegistry registry;
    private final DylibRunner runner;
    private final AllocationWatch watch;

    /**
     * No at-exit functions so far.
     *
     * @param manager the manager of the code's memory, if it belongs to this process
     */
    DylibAtExits(DylibRegistry registry, DylibRunner runner, Optional<MemoryManager> manager) {
        this.registry = registry;
        this.runner = runner;
        this.watch = new AllocationWatch(manager, registry::forgetAllocation);
    }

    /**
     * Does {@code __cxa_atexit}.
     *
     * @return false if {@code handle} is no dylib's
     */
    boolean add(ExecutorAddress function, ExecutorAddress argument, ExecutorAddress handle) {
        Optional<DylibState> dylib = registry.find(handle);
        dylib.ifPresent(d -> d.atExits().add(entry(function, argument)));
        return dylib.isPresent();
    }

    private AtExitList.AtExit entry(ExecutorAddress function, ExecutorAddress argument) {
        return new AtExitList.AtExit(
                function, argument, watch.watch(function), watch.watch(argument));
    }

    /** Does {@code __cxa_finalize}: runs a dylib's functions now. */
    void run(ExecutorAddress handle) {
        registry.find(handle).ifPresent(dylib -> runner.runAtExits(dylib, new ArrayList<>()));
    }

    /**
     * Returns a step that makes the lists what they are now, but for functions whose allocations
     * have gone meanwhile.
     */
    Runnable state() {
        Map<DylibState, List<AtExitList.AtExit>> known = new HashMap<>();
        for (DylibState dylib : registry.all()) {
            known.put(dylib, dylib.atExits().all());
        }
        return () -> {
            for (DylibState dylib : registry.all()) {
                List<AtExitList.AtExit> then = known.getOrDefault(dylib, List.of());
                dylib.atExits().replaceBy(then.stream().filter(this::isThere).toList());
            }
        };
    }

    private boolean isThere(AtExitList.AtExit function) {
        return function.functionOwner().filter(key -> !watch.isWatched(key)).isEmpty()
                && function.argumentOwner().filter(key -> !watch.isWatched(key)).isEmpty();
    }

    /** Notes that an allocation belongs to a dylib. */
    void own(ExecutorAddress handle, ExecutorAddress allocation) throws DylibException {
        watch.watch(allocation);
        registry.own(handle, allocation);
    }

    /** Returns the handle of the dylib that the code or data at an address belongs to. */
    Optional<ExecutorAddress> owner(ExecutorAddress address) {
        return watch.keyOf(address).flatMap(registry::owner);
    }
}
