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
 * The JIT dylibs by handle and by name, and questions about their links. The lock of {@link
 * DylibRegistry} guards it.
 */
final class DylibTable {
    private static final Comparator<DylibState> NEWEST_FIRST =
            (one, other) -> Long.compare(other.initializedAs(), one.initializedAs());

    private final Map<ExecutorAddress, DylibState> byHandle = new LinkedHashMap<>();
    private final Map<String, DylibState> byName = new HashMap<>();

    /** Dylibs that another one no longer depends on; the next closing examines them. */
    private final Set<DylibState> dropped = new HashSet<>();

    /**
     * Adds a dylib.
     *
     * @param byItsName whether it can be found by its name, which no other such dylib may have
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

    /** Removes a dylib, also from the dependencies of others. */
    void remove(DylibState dylib) {
        byHandle.remove(dylib.handle());
        byName.remove(dylib.name(), dylib);
        isolate(dylib);
        dylib.dependOn(List.of());
        dropped.remove(dylib);
    }

    /** Removes a dylib from the dependencies of others. */
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
     * Enters the links of a dylib. Dylibs that are not registered have nothing to run, and none
     * depends on itself.
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

    /**
     * Returns a dylib and all that it depends on, each after its own dependencies, except in
     * circles.
     */
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
     * Returns the initialized dylibs that no open one needs, directly or not, among {@code root},
     * all that it depends on and those that have been dropped; and the initialized dylibs that
     * depend on one of these. Their order is the reverse of the order of initialization, so that
     * each is closed before its dependencies. Other dylibs are not examined, however many there
     * are.
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

    /**
     * Returns the initialized dylibs, in the reverse of the order in which they were initialized.
     */
    List<DylibState> initialized() {
        return byHandle.values().stream()
                .filter(DylibState::isInitialized)
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** Returns whether an open dylib is, or depends on, {@code dylib}. */
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

    /** Returns how many initialized dylibs depend on {@code dylib}. */
    int linkedAgainstCount(DylibState dylib) {
        return (int) dylib.dependents().stream().filter(DylibState::isInitialized).count();
    }
}
