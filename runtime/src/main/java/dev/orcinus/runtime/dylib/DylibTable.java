package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JIT dylibs by handle and by name, and what follows from their links. Guarded by the lock of
 * {@link DylibRegistry}.
 */
final class DylibTable {
    private static final Comparator<DylibState> NEWEST_FIRST =
            Comparator.comparingLong(DylibState::initializedAs).reversed();

    private final Map<ExecutorAddress, DylibState> byHandle = new LinkedHashMap<>();
    private final Map<String, DylibState> byName = new HashMap<>();

    /** What somebody has depended on; the next closing looks after it. */
    private final Set<DylibState> dropped = new HashSet<>();

    /**
     * Adds a dylib.
     *
     * @param byItsName whether it is found by its name, which is its alone then
     */
    void add(DylibState dylib, boolean byItsName) throws DylibException {
        if (byHandle.containsKey(dylib.handle())
                || (byItsName && byName.containsKey(dylib.name()))) {
            throw new DylibException("a dylib like " + dylib + " is registered already");
        }
        byHandle.put(dylib.handle(), dylib);
        if (byItsName) {
            byName.put(dylib.name(), dylib);
        }
    }

    /** Takes a dylib out, and out of what others depend on. */
    void remove(DylibState dylib) {
        byHandle.remove(dylib.handle());
        byName.remove(dylib.name(), dylib);
        isolate(dylib);
        dylib.dependOn(List.of());
        dropped.remove(dylib);
    }

    /** Takes a dylib out of what others depend on. */
    void isolate(DylibState dylib) {
        for (DylibState other : List.copyOf(dylib.dependents())) {
            other.dependOn(other.dependencies().stream().filter(d -> !d.equals(dylib)).toList());
        }
    }

    DylibState at(ExecutorAddress handle) throws DylibException {
        DylibState dylib = byHandle.get(handle);
        if (dylib == null) {
            throw new DylibException("no dylib has the handle " + handle);
        }
        return dylib;
    }

    DylibState named(String name) throws DylibException {
        DylibState dylib = byName.get(name);
        if (dylib == null) {
            throw new DylibException("no dylib is registered as '" + name + "'");
        }
        return dylib;
    }

    Optional<DylibState> find(ExecutorAddress handle) {
        return Optional.ofNullable(byHandle.get(handle));
    }

    Collection<DylibState> all() {
        return byHandle.values();
    }

    /**
     * Enters what the controller says of links. Dylibs that are not registered have nothing to run,
     * and none depends on itself.
     */
    void link(LinkingController.Links links) {
        DylibState dylib = byHandle.get(links.dylib());
        if (dylib != null) {
            List<DylibState> dependencies = new ArrayList<>();
            for (ExecutorAddress handle : links.dependencies()) {
                DylibState dependency = byHandle.get(handle);
                if (dependency != null && !dependency.isLeaving() && !dependency.equals(dylib)) {
                    dependencies.add(dependency);
                }
            }
            depend(dylib, List.copyOf(dependencies));
        }
    }

    private void depend(DylibState dylib, List<DylibState> dependencies) {
        List<DylibState> before = dylib.dependencies();
        if (!before.equals(dependencies)) {
            dylib.dependOn(dependencies);
            before.stream().filter(d -> !d.dependents().contains(dylib)).forEach(dropped::add);
        }
    }

    /** A dylib and all that it depends on: each after its own dependencies, circles apart. */
    static List<DylibState> dependenciesFirst(DylibState root) {
        Set<DylibState> seen = new HashSet<>();
        Set<DylibState> ordered = new LinkedHashSet<>();
        Deque<DylibState> path = new ArrayDeque<>();
        path.push(root);
        while (!path.isEmpty()) {
            DylibState dylib = path.peek();
            if (seen.add(dylib)) {
                dylib.dependencies().reversed().stream()
                        .filter(dependency -> !seen.contains(dependency))
                        .forEach(path::push);
            } else {
                ordered.add(path.pop());
            }
        }
        return List.copyOf(ordered);
    }

    /**
     * The initialized dylibs that no open one needs, directly or not, among a dylib, all that it
     * depends on and what has been dropped, and those that are about to be closed and depend on one
     * of these: in the reverse of the order in which they were initialized, so that each goes
     * before what it depends on. Others are not looked at, however many there are.
     */
    List<DylibState> unreferenced(DylibState root) {
        Set<DylibState> candidates = new LinkedHashSet<>(dependenciesFirst(root));
        candidates.addAll(dropped);
        dropped.clear();
        candidates.removeIf(this::isReferenced);
        return withDependents(candidates).stream()
                .filter(DylibState::isInitialized)
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** The initialized dylibs, in the reverse of the order in which they were initialized. */
    List<DylibState> initialized() {
        return byHandle.values().stream()
                .filter(DylibState::isInitialized)
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** Whether an open dylib is, or depends on, {@code dylib}. */
    boolean isReferenced(DylibState dylib) {
        return withDependents(Set.of(dylib)).stream().anyMatch(DylibState::isOpen);
    }

    private static Set<DylibState> withDependents(Set<DylibState> dylibs) {
        Set<DylibState> all = new LinkedHashSet<>();
        Deque<DylibState> left = new ArrayDeque<>(dylibs);
        while (!left.isEmpty()) {
            DylibState dylib = left.pop();
            if (all.add(dylib)) {
                left.addAll(dylib.dependents());
            }
        }
        return all;
    }

    /** How many initialized dylibs depend on {@code dylib}. */
    int linkedAgainstCount(DylibState dylib) {
        return (int) dylib.dependents().stream().filter(DylibState::isInitialized).count();
    }
}
