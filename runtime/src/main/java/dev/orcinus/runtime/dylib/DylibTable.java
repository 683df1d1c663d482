package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JIT dylibs by handle and by name, and what follows from their links. Guarded by the lock of
 * {@link JitDylibs}.
 */
final class DylibTable {
    private static final Comparator<DylibState> NEWEST_FIRST =
            Comparator.comparingLong(DylibState::initializedAs).reversed();

    private final Map<ExecutorAddress, DylibState> byHandle = new LinkedHashMap<>();
    private final Map<String, DylibState> byName = new LinkedHashMap<>();

    void add(DylibState dylib) throws DylibException {
        if (byHandle.containsKey(dylib.handle()) || byName.containsKey(dylib.name())) {
            throw new DylibException("a dylib like " + dylib + " is registered already");
        }
        byHandle.put(dylib.handle(), dylib);
        byName.put(dylib.name(), dylib);
    }

    /** Takes a dylib out, and out of what others depend on. */
    void remove(DylibState dylib) {
        byHandle.remove(dylib.handle());
        byName.remove(dylib.name());
        for (DylibState other : byHandle.values()) {
            if (other.dependencies().contains(dylib)) {
                other.dependOn(
                        other.dependencies().stream().filter(d -> !d.equals(dylib)).toList());
            }
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
                if (dependency != null && !dependency.equals(dylib)) {
                    dependencies.add(dependency);
                }
            }
            dylib.dependOn(List.copyOf(dependencies));
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
     * The initialized dylibs that no open one needs, directly or not: in the reverse of the order
     * in which they were initialized, so that each goes before what it depends on.
     */
    List<DylibState> unreferenced() {
        Set<DylibState> needed = needed();
        return byHandle.values().stream()
                .filter(dylib -> dylib.isInitialized() && !needed.contains(dylib))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** Whether an open dylib is, or depends on, {@code dylib}. */
    boolean isReferenced(DylibState dylib) {
        return needed().contains(dylib);
    }

    private Set<DylibState> needed() {
        Set<DylibState> needed = new HashSet<>();
        Deque<DylibState> left = new ArrayDeque<>();
        byHandle.values().stream().filter(DylibState::isOpen).forEach(left::push);
        while (!left.isEmpty()) {
            DylibState dylib = left.pop();
            if (needed.add(dylib)) {
                left.addAll(dylib.dependencies());
            }
        }
        return needed;
    }

    /** How many initialized dylibs depend on {@code dylib}. */
    int linkedAgainstCount(DylibState dylib) {
        return (int)
                byHandle.values().stream()
                        .filter(other -> other.isInitialized())
                        .filter(other -> other.dependencies().contains(dylib))
                        .count();
    }
}
