package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Opens, updates and closes JIT dylibs: asks the controller for new sections, takes the turn of
 * each dylib in order, and runs the functions that are due. Many threads may use it. It has no lock
 * of its own: each step on the books is a method of {@link DylibRegistry}, and between the steps
 * guest code runs while the thread keeps only {@link Turns turns}.
 */
final class DylibLifecycle {
    private final DylibRegistry registry;
    private final LinkingController controller;
    private final DylibRunner runner;
    private final Turns turns = new Turns();

    DylibLifecycle(DylibRegistry registry, LinkingController controller, DylibRunner runner) {
        this.registry = registry;
        this.controller = controller;
        this.runner = runner;
    }

    /** Does {@code dlopen}. */
    ExecutorAddress open(String name) throws DylibException {
        DylibState dylib = registry.countOpen(name);
        initializeOrGiveUp(dylib);
        return dylib.handle();
    }

    /** Does {@code dlopen} if the dylib is not open, {@code dlupdate} if it is. */
    void openOrUpdate(ExecutorAddress handle) throws DylibException {
        DylibState dylib = registry.countOpen(handle);
        initializeOrGiveUp(dylib);
        registry.countAsUpdate(dylib);
    }

    private void initializeOrGiveUp(DylibState dylib) throws DylibException {
        try {
            initialize(dylib);
        } catch (DylibException e) {
            if (e.guestEnd().isEmpty()) {
                giveUp(dylib, e);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            giveUp(dylib, e);
            throw e;
        }
    }

    private void giveUp(DylibState dylib, Throwable reason) {
        try {
            registry.countFailed(dylib);
            closeUnreferenced(dylib);
        } catch (DylibException more) {
            reason.addSuppressed(more);
        }
    }

    /** Does {@code dlupdate}. */
    void update(ExecutorAddress handle) throws DylibException {
        DylibState dylib = registry.at(handle);
        registry.requireOpen(dylib);
        initialize(dylib);
    }

    private void initialize(DylibState root) throws DylibException {
        List<LinkingController.Links> links = push(root);
        for (DylibState dylib : registry.link(root, links)) {
            if (turns.take(dylib)) {
                try {
                    initializeInTurn(dylib, root);
                } finally {
                    turns.giveBack(dylib);
                }
            } else {
                registry.requireNotClosing(dylib);
            }
        }
    }

    /** Has new code linked. Code that could not be linked leaves no initializers behind. */
    private List<LinkingController.Links> push(DylibState root) throws DylibException {
        Set<FunctionSection> before = Set.copyOf(root.initializers().fresh());
        try {
            return controller.pushInitializers(root.handle());
        } catch (DylibException e) {
            for (FunctionSection section : root.initializers().fresh()) {
                if (!before.contains(section)) {
                    root.initializers().remove(section.range());
                }
            }
            throw e;
        }
    }

    /**
     * Another thread may have closed the dylib for good while this one waited for its turn. The
     * others do not depend on it any more then.
     */
    private void initializeInTurn(DylibState dylib, DylibState root) throws DylibException {
        if (registry.beginInitializing(dylib)) {
            runner.initialize(dylib);
        } else if (dylib.equals(root)) {
            throw new DylibException(dylib + " is being closed");
        }
    }

    /** Does {@code dlclose}. */
    void close(ExecutorAddress handle) throws DylibException {
        DylibState dylib = registry.at(handle);
        registry.countClosed(dylib, turns.isMine(dylib));
        closeUnreferenced(dylib);
    }

    /** Does {@code dlclose} if the dylib is open. */
    void closeIfOpen(ExecutorAddress handle) throws DylibException {
        DylibState dylib = registry.at(handle);
        if (registry.countClosedIfOpen(dylib, turns.isMine(dylib))) {
            closeUnreferenced(dylib);
        }
    }

    /** Closes a dylib for good and forgets it. */
    void end(ExecutorAddress handle) throws DylibException {
        DylibState dylib = registry.at(handle);
        List<DylibException> failures = new ArrayList<>();
        boolean wasInitialized = registry.leave(dylib, turns.isMine(dylib));
        closeUnreferenced(dylib, failures);
        if (!wasInitialized) {
            runner.runAtExits(dylib, failures);
        }
        registry.removeClosed(dylib);
        DylibRunner.throwAll(failures);
    }

    private void closeUnreferenced(DylibState root) throws DylibException {
        List<DylibException> failures = new ArrayList<>();
        closeUnreferenced(root, failures);
        DylibRunner.throwAll(failures);
    }

    private void closeUnreferenced(DylibState root, List<DylibException> failures) {
        for (DylibState dylib : registry.unreferenced(root)) {
            if (turns.take(dylib)) {
                try {
                    closeInTurn(dylib, failures);
                } finally {
                    turns.giveBack(dylib);
                }
            }
        }
    }

    private void closeInTurn(DylibState dylib, List<DylibException> failures) {
        if (registry.beginClosing(dylib)) {
            runner.runAtExits(dylib, failures);
            runner.runFinalizers(dylib, failures);
            runner.restoreData(dylib, failures);
            registry.endClosing(dylib);
        }
    }

    /** Takes back sections whose code is about to go, and runs those finalizers that are due. */
    void retire(ExecutorAddress handle, List<FunctionSection> going) throws DylibException {
        DylibState dylib = registry.at(handle);
        boolean taken = turns.take(dylib);
        try {
            runRetired(dylib, going);
        } finally {
            if (taken) {
                turns.giveBack(dylib);
            }
        }
    }

    private void runRetired(DylibState dylib, List<FunctionSection> going) throws DylibException {
        dylib.initializers().removeAll(of(FunctionSection.When.INITIALIZE, going));
        List<FunctionSection> due =
                dylib.finalizers().removeAll(of(FunctionSection.When.FINALIZE, going));
        if (!due.isEmpty()) {
            runner.run(due.reversed());
        }
    }

    private static List<FunctionSection> of(
            FunctionSection.When when, List<FunctionSection> sections) {
        return sections.stream().filter(section -> section.when() == when).toList();
    }

    /**
     * Does {@code exit}: runs the functions that are due at the end of the process, and waits for
     * no thread.
     */
    void runAllFinalizers() {
        List<DylibException> unheard = new ArrayList<>();
        for (DylibState dylib : registry.initialized()) {
            runner.runAtExits(dylib, unheard);
            if (turns.isTaken(dylib)) {
                dylib.finalizers().processAll();
            }
            runner.runFinalizers(dylib, unheard);
        }
    }

    /** Returns whether this thread is initializing or closing some dylib. */
    boolean isAtWorkHere() {
        return turns.isSomeMine();
    }

    /** Returns whether this thread is initializing or closing a dylib. */
    boolean isAtWorkHere(ExecutorAddress handle) {
        return registry.find(handle).filter(turns::isMine).isPresent();
    }
}
