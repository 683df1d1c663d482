package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The books of a session's JIT dylibs: for each, how often it is open, the dylibs that it is linked
 * against, whether it is initialized, and its allocations. Each method is one atomic step under
 * this object's lock; no method runs guest code, asks the controller or waits.
 */
final class DylibRegistry {
    private final DylibTable table = new DylibTable();
    private final Map<ExecutorAddress, DylibState> owners = new HashMap<>();
    private long lastInitialized;

    /**
     * Enters a dylib.
     *
     * @param byItsName whether it can be opened by its name, which no other such dylib may have
     */
    synchronized void add(DylibState dylib, boolean byItsName) throws DylibException {
        table.add(dylib, byItsName);
    }

    /** Forgets a dylib, and the owner of its allocations. */
    synchronized void remove(ExecutorAddress handle) throws DylibException {
        DylibState dylib = table.at(handle);
        dylib.leave();
        table.remove(dylib);
        owners.values().removeIf(dylib::equals);
    }

    synchronized DylibState at(ExecutorAddress handle) throws DylibException {
        return table.at(handle);
    }

    synchronized Optional<DylibState> find(ExecutorAddress handle) {
        return table.find(handle);
    }

    /** Returns all dylibs. */
    synchronized List<DylibState> all() {
        return List.copyOf(table.all());
    }

    /** Returns the dylib of a name. */
    synchronized DylibState named(String name) throws DylibException {
        return table.named(name);
    }

    synchronized boolean isInitialized(ExecutorAddress handle) {
        return table.find(handle).filter(DylibState::isInitialized).isPresent();
    }

    synchronized JitDylibs.Status status(ExecutorAddress handle) throws DylibException {
        DylibState dylib = table.at(handle);
        return new JitDylibs.Status(
                dylib.name(),
                dylib.openCount(),
                table.linkedAgainstCount(dylib),
                dylib.initializers().newCount(),
                dylib.initializers().size(),
                dylib.atExits().size());
    }

    /** Notes that an allocation belongs to a dylib. */
    synchronized void own(ExecutorAddress handle, ExecutorAddress allocation)
            throws DylibException {
        owners.put(allocation, table.at(handle));
    }

    /** Returns the handle of the dylib that an allocation belongs to. */
    synchronized Optional<ExecutorAddress> owner(ExecutorAddress allocation) {
        return Optional.ofNullable(owners.get(allocation)).map(DylibState::handle);
    }

    /** Returns how many allocations are known to belong to a dylib. */
    synchronized int ownedCount() {
        return owners.size();
    }

    /** Forgets an allocation: no at-exit function that needs it will be called. */
    synchronized void forgetAllocation(ExecutorAddress allocation) {
        owners.remove(allocation);
        table.all().forEach(dylib -> dylib.atExits().dropThoseOf(allocation));
    }

    /** Counts one more opening of a dylib by its name. */
    synchronized DylibState countOpen(String name) throws DylibException {
        DylibState dylib = table.named(name);
        dylib.countOpen(1);
        return dylib;
    }

    /** Counts one more opening of a dylib by its handle. */
    synchronized DylibState countOpen(ExecutorAddress handle) throws DylibException {
        DylibState dylib = table.at(handle);
        if (dylib.isLeaving()) {
            throw new DylibException(dylib + " is being closed");
        }
        dylib.countOpen(1);
        return dylib;
    }

    /** Takes one opening back, if it was open before that. */
    synchronized void countAsUpdate(DylibState dylib) {
        if (dylib.openCount() > 1) {
            dylib.countOpen(-1);
        }
    }

    /** Takes one opening back, unless another thread has closed the dylib in the meantime. */
    synchronized void countFailed(DylibState dylib) {
        if (dylib.isOpen()) {
            dylib.countOpen(-1);
        }
    }

    /**
     * Counts one closing.
     *
     * @param fromInside whether this thread initializes or closes the dylib, so that the last
     *     reference has to stay
     * @throws DylibException if it is not open, or has to stay
     */
    synchronized void countClosed(DylibState dylib, boolean fromInside) throws DylibException {
        requireOpen(dylib);
        if (dylib.openCount() == 1 && fromInside) {
            throw closedFromInside(dylib);
        }
        dylib.countOpen(-1);
    }

    /**
     * Counts one closing, if the dylib is open.
     *
     * @return whether it was
     */
    synchronized boolean countClosedIfOpen(DylibState dylib, boolean fromInside)
            throws DylibException {
        boolean wasOpen = dylib.isOpen();
        if (wasOpen) {
            countClosed(dylib, fromInside);
        }
        return wasOpen;
    }

    synchronized void requireOpen(DylibState dylib) throws DylibException {
        if (!dylib.isOpen()) {
            throw new DylibException(dylib + " is not open");
        }
    }

    private static DylibException closedFromInside(DylibState dylib) {
        return new DylibException(dylib + " cannot be closed by its own initializer");
    }

    /**
     * Enters the links of dylibs.
     *
     * @return {@code root} and all that it depends on, dependencies first
     */
    synchronized List<DylibState> link(DylibState root, List<LinkingController.Links> links) {
        links.forEach(table::link);
        return DylibTable.dependenciesFirst(root);
    }

    /**
     * Gives a dylib its place in the order of initialization, unless it has one.
     *
     * @return false if it is being closed for good, or has been
     */
    synchronized boolean beginInitializing(DylibState dylib) {
        if (dylib.isLeaving()) {
            return false;
        }
        if (!dylib.isInitialized()) {
            dylib.markInitialized(++lastInitialized);
        }
        return true;
    }

    synchronized void requireNotClosing(DylibState dylib) throws DylibException {
        if (dylib.isClosing()) {
            throw new DylibException(dylib + " is being closed");
        }
    }

    /**
     * Returns the dylibs that are to be closed now, in this order; see {@link
     * DylibTable#unreferenced}.
     */
    synchronized List<DylibState> unreferenced(DylibState root) {
        return table.unreferenced(root);
    }

    /**
     * Begins to close a dylib. Another thread may have opened it again, or closed it, while this
     * one waited for its turn.
     *
     * @return whether it is still to be closed
     */
    synchronized boolean beginClosing(DylibState dylib) {
        boolean due = dylib.isInitialized() && !table.isReferenced(dylib);
        if (due) {
            dylib.closing(true);
        }
        return due;
    }

    /** Ends closing a dylib: its recorded sections are new again. */
    synchronized void endClosing(DylibState dylib) {
        dylib.reset();
        dylib.closing(false);
    }

    /**
     * Begins to close a dylib for good: it is no longer open, and no other dylib depends on it.
     *
     * @return whether it is initialized
     */
    synchronized boolean leave(DylibState dylib, boolean fromInside) throws DylibException {
        if (fromInside) {
            throw closedFromInside(dylib);
        }
        dylib.leave();
        table.isolate(dylib);
        return dylib.isInitialized();
    }

    /**
     * Forgets a dylib that has been closed for good.
     *
     * @throws DylibException if it could not be closed; it stays then
     */
    synchronized void removeClosed(DylibState dylib) throws DylibException {
        if (dylib.isInitialized()) {
            dylib.stay();
            throw new DylibException(
                    dylib + " is being initialized, on a thread that waits for this one");
        }
        remove(dylib.handle());
    }

    /** Returns the initialized dylibs that no thread is closing, the youngest first. */
    synchronized List<DylibState> initialized() {
        return table.initialized().stream().filter(dylib -> !dylib.isClosing()).toList();
    }
}
