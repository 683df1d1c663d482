package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.lifetime.Ending;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The remover of objects from their dylibs and from the target. When an object is removed alone,
 * its finalizers run first, without the session's lock. All other steps hold that lock.
 */
final class UnitRemover {
    private final ReentrantLock lock;
    private final LinkTarget target;
    private final DylibLives lives;

    UnitRemover(ReentrantLock lock, LinkTarget target, DylibLives lives) {
        this.lock = lock;
        this.target = target;
        this.lives = lives;
    }

    /**
     * Runs the finalizers of objects and removes them, the last first. If one cannot be removed,
     * the others are removed nevertheless. Throws the first failure, with the later ones suppressed
     * in it.
     */
    void retireAll(List<Unit> units) {
        RuntimeException first = null;
        Set<Unit> going = Set.copyOf(units);
        Map<Unit, Set<String>> contested = contested(going);
        for (Unit unit : List.copyOf(units).reversed()) {
            try {
                requireNoUsers(unit, contested.getOrDefault(unit, Set.of()), going);
                retire(unit);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private Map<Unit, Set<String>> contested(Set<Unit> going) {
        lock.lock();
        try {
            Map<Unit, Set<String>> contested = new HashMap<>();
            Set<Dylib> dylibs = new HashSet<>();
            for (Unit unit : going) {
                if (dylibs.add(unit.dylib())) {
                    contested.putAll(unit.dylib().definitions().contested(going));
                }
            }
            return contested;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Requires that no linked object refers to a definition for which another one has given way.
     * The other one could come back, but not for code that is in place.
     */
    private void requireNoUsers(Unit unit, Set<String> contested, Set<Unit> going) {
        lock.lock();
        try {
            for (Unit user : contested.isEmpty() ? Set.<Unit>of() : unit.users()) {
                for (Symbol symbol : user.graph().externals()) {
                    if (!going.contains(user) && contested.contains(symbol.name())) {
                        throw new IllegalStateException(
                                unit.name()
                                        + " stays as long as "
                                        + user.name()
                                        + ", which refers to its definition of '"
                                        + symbol.name()
                                        + "': other definitions have given way to it");
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void retire(Unit unit) {
        requireRemovable(unit);
        beginEnd(List.of(unit), List.of(), () -> false);
        try {
            lives.retire(unit);
        } finally {
            remove(List.of(unit));
        }
    }

    /**
     * Requires that an object can give way to another one.
     *
     * @throws IllegalStateException if it is not linked, cannot be removed, or other objects refer
     *     to it
     */
    void requireReplaceable(Unit unit) {
        if (unit.state() != Unit.State.LINKED || unit.lifetime().isEnding()) {
            throw new IllegalStateException(unit.name() + " is not linked, or has been removed");
        }
        requireRemovable(unit);
        unit.lifetime().requireRedirectable();
        for (Unit user : unit.users()) {
            throw new IllegalStateException(
                    unit.name() + " stays, because " + user.name() + " refers to it");
        }
        if (!unit.dylib().definitions().contested(Set.of(unit)).isEmpty()) {
            throw new IllegalStateException(
                    unit.name() + " stays, because definitions of others have given way to it");
        }
    }

    /** Removes an object that another one has replaced, and runs its finalizers. */
    void removeReplaced(Unit unit) {
        retire(unit);
    }

    private void requireRemovable(Unit unit) {
        lock.lock();
        try {
            requireNoThreadDestructors(unit);
            requireNotJoined(unit);
            if (unit.isRecorded() && lives.isInitialized(unit.dylib())) {
                requireNoAtExits(unit);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void requireNoThreadDestructors(Unit unit) {
        if (DylibSupport.hasThreadDestructors(unit.graph()) && unit.state() == Unit.State.LINKED) {
            throw new IllegalStateException(
                    unit.name()
                            + " has thread-local variables with destructors, which threads may have"
                            + " registered; it is removed when its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    private static void requireNotJoined(Unit unit) {
        if (unit.isJoined()) {
            throw new IllegalStateException(
                    unit.name()
                            + " has parts of sections to whose bounds code refers; it is removed when"
                            + " its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    private static void requireNoAtExits(Unit unit) {
        if (DylibSupport.isUsedBy(unit.graph())) {
            throw new IllegalStateException(
                    unit.name()
                            + " may have functions registered to be called at exit; it is removed"
                            + " when its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    /**
     * Begins the end of objects and dylibs: calls are refused, except calls by code that cleans up.
     *
     * @param cleaners tells whether the current thread runs such code; the thread that calls this
     *     method always may
     * @throws IllegalStateException if a call of one of them, or of an object that uses one of
     *     them, has not returned; everything can be used as before
     */
    void beginEnd(List<Unit> units, List<Dylib> dylibs, BooleanSupplier cleaners) {
        lock.lock();
        try {
            Ending.begin(lifetimes(units, dylibs), usersOf(units, dylibs), cleaners);
        } finally {
            lock.unlock();
        }
    }

    /** Begins the end of objects and dylibs even if calls have not returned. */
    void forceEnd(List<Unit> units, List<Dylib> dylibs) {
        lock.lock();
        try {
            Ending.force(lifetimes(units, dylibs), () -> false);
        } finally {
            lock.unlock();
        }
    }

    private static List<Lifetime> lifetimes(List<Unit> units, List<Dylib> dylibs) {
        List<Lifetime> lifetimes = new ArrayList<>(units.size() + dylibs.size());
        units.forEach(unit -> lifetimes.add(unit.lifetime()));
        dylibs.forEach(dylib -> lifetimes.add(dylib.lifetime()));
        return lifetimes;
    }

    /** Cancels the end of a dylib and its objects. */
    void cancelEnd(Dylib dylib) {
        dylib.units().forEach(unit -> unit.lifetime().cancelEnd());
        dylib.lifetime().cancelEnd();
    }

    /** Returns the lifetimes of other objects whose code may be calling these objects or dylibs. */
    private static List<Lifetime> usersOf(List<Unit> units, List<Dylib> dylibs) {
        Set<Unit> seen = new HashSet<>(units);
        Deque<Set<Unit>> left = new ArrayDeque<>();
        units.forEach(unit -> left.add(unit.users()));
        dylibs.forEach(dylib -> left.add(dylib.users()));
        List<Lifetime> users = new ArrayList<>();
        for (Set<Unit> next = left.poll(); next != null; next = left.poll()) {
            for (Unit user : next) {
                if (seen.add(user)) {
                    users.add(user.lifetime());
                    left.add(user.users());
                }
            }
        }
        return users;
    }

    /**
     * Removes objects, the last first: their dealloc actions run and their memory is freed.
     *
     * @throws IllegalStateException if a call of one has not returned, or a native call uses a
     *     memory segment of one; nothing is removed then
     */
    void remove(List<Unit> units) {
        lock.lock();
        try {
            beginEnd(units, List.of(), () -> false);
            units.forEach(unit -> unit.lifetime().end());
            units.forEach(Unit::endObserved);
            try {
                giveBack(units);
            } finally {
                units.forEach(this::forget);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes all objects of a dylib, to which nothing can be added any more. */
    void removeAllOf(Dylib dylib) {
        lock.lock();
        try {
            dylib.close();
            beginEnd(dylib.units(), List.of(), () -> false);
            dylib.lifetime().end();
            List<Unit> units = List.copyOf(dylib.units());
            units.forEach(unit -> unit.lifetime().end());
            dylib.setGone();
            remove(units);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(List<Unit> units) {
        List<ExecutorAddress> keys = new ArrayList<>();
        for (Unit unit : units) {
            if (unit.state() == Unit.State.LINKED && !unit.key().isNull()) {
                keys.add(unit.key());
            }
        }
        if (!keys.isEmpty() && target.isAlive()) {
            target.deallocate(keys);
        }
        if (target.isAlive()) {
            units.forEach(this::closeBareThreadLocals);
        }
    }

    /**
     * Closes the thread-local storage of an object that has no code or data, and so no allocation
     * that would close it.
     */
    private void closeBareThreadLocals(Unit unit) {
        if (unit.key().isNull() && unit.threadLocals().isOpen()) {
            target.closeThreadLocals(unit.threadLocals().handle());
        }
    }

    private void forget(Unit unit) {
        if (!unit.rooms().isEmpty()) {
            unit.placement().giveBack(unit.rooms(), true);
            unit.rooms().clear();
        }
        lives.forget(unit);
        unit.stopUsing();
        unit.dylib().remove(unit);
        unit.become(Unit.State.REMOVED);
    }
}
