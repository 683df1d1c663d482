package dev.orcinus.loader.link;

import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes objects out of their dylibs and out of the target. Finalizers of an object that goes by
 * itself run first, without the session's lock; everything else holds it.
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
     * Runs the finalizers of objects and removes them, the last first. One that cannot be removed
     * does not keep the others. Throws the first failure, with the later ones suppressed in it.
     */
    void retireAll(List<Unit> units) {
        RuntimeException first = null;
        for (Unit unit : List.copyOf(units).reversed()) {
            try {
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

    private void retire(Unit unit) {
        requireRemovable(unit);
        try {
            lives.retire(unit);
        } finally {
            remove(List.of(unit));
        }
    }

    private void requireRemovable(Unit unit) {
        lock.lock();
        try {
            requireNoThreadDestructors(unit);
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
                            + " has thread-local variables with destructors, which threads may"
                            + " have registered; it goes when its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    private static void requireNoAtExits(Unit unit) {
        if (DylibSupport.isUsedBy(unit.graph())) {
            throw new IllegalStateException(
                    unit.name()
                            + " may have functions registered to be called at exit; it goes"
                            + " when its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    /** Removes objects, the last first: their dealloc actions run and their memory goes. */
    void remove(List<Unit> units) {
        lock.lock();
        try {
            units.forEach(Unit::end);
            units.forEach(Unit::endDebugging);
            try {
                giveBack(units);
            } finally {
                units.forEach(this::forget);
            }
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

    /** An object without code or data has no allocation that closes its thread-local storage. */
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
        unit.dylib().remove(unit);
        unit.become(Unit.State.REMOVED);
    }
}
