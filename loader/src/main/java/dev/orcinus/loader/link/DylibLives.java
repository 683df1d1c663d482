package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.DylibCode;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.dylib.LinkingController;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connection between a session's dylibs and the runtime. {@link JitDylibs} decides which
 * functions run and when; this class links the dylibs that it asks for, and calls the functions
 * that it chooses. Several threads may use it. It holds no lock when it calls the target or the
 * session.
 */
final class DylibLives implements LinkingController, DylibCode {
    private final LinkTarget target;
    private final PhaseClock clock;
    private final Linking linking;
    private final JitDylibs runtime;
    private final Map<ExecutorAddress, Dylib> dylibs = new ConcurrentHashMap<>();
    private final Map<ExecutorAddress, Functions> functions = new ConcurrentHashMap<>();

    /**
     * Functions of an object.
     *
     * @param inOrder of the array
     * @param lifetime of the object
     */
    private record Functions(List<ExecutorAddress> inOrder, Lifetime lifetime) {
        List<ExecutorAddress> of(FunctionSection section) {
            return section.lastFirst() ? inOrder.reversed() : inOrder;
        }
    }

    /** The requests to a session. */
    interface Linking {
        /**
         * Links a dylib and all dylibs that it is linked against, and records their new objects.
         *
         * @return all of these dylibs
         */
        List<Links> linkAndRecord(Dylib dylib);

        /** Returns the address of a symbol, and links it if it is not linked yet. */
        ExecutorAddress lookup(Dylib dylib, String symbol);

        /**
         * Returns the address of the function that runs the at-exit functions of a dylib; empty if
         * the dylib cannot have any.
         */
        Optional<ExecutorAddress> atExitRunner(Dylib dylib);

        /** The lifetimes of its objects. */
        List<Lifetime> lifetimes(Dylib dylib);
    }

    /** A call of {@link JitDylibs} that can fail. */
    @FunctionalInterface
    private interface Call {
        void run() throws DylibException;
    }

    DylibLives(LinkTarget target, PhaseClock clock, Linking linking) {
        this.target = target;
        this.clock = clock;
        this.linking = linking;
        this.runtime = new JitDylibs(this, this);
    }

    void add(Dylib dylib) {
        dylibs.put(dylib.handle(), dylib);
        try {
            runtime.registerUnnamed(dylib.name(), dylib.handle());
        } catch (DylibException e) {
            throw new AssertionError("handles are unique", e);
        }
    }

    /** Opens a dylib, or updates it. */
    void initialize(Dylib dylib) {
        translated(() -> runtime.openOrUpdate(dylib.handle()));
    }

    /** Closes a dylib, unless it is not open. */
    void deinitialize(Dylib dylib) {
        translated(() -> runtime.closeIfOpen(dylib.handle()));
    }

    boolean isInitialized(Dylib dylib) {
        return runtime.isInitialized(dylib.handle());
    }

    /** Returns whether the runtime knows a dylib: it has not been ended. */
    boolean isKnown(Dylib dylib) {
        return runtime.isRegistered(dylib.handle());
    }

    /**
     * Requires that a dylib can be closed.
     *
     * @throws IllegalStateException if code that runs because it is opened or closed calls this
     */
    void requireNotAtWork(Dylib dylib) {
        if (isAtWorkHere(dylib)) {
            throw new IllegalStateException(
                    dylib.name() + " cannot be closed by its own initializer or finalizer");
        }
    }

    /**
     * Returns whether this thread is running code of a dylib because the dylib is being opened or
     * closed.
     */
    boolean isAtWorkHere(Dylib dylib) {
        return runtime.isAtWorkHere(dylib.handle());
    }

    /** Returns whether this thread is running code of some dylib because of that. */
    boolean isAtWorkHere() {
        return runtime.isAtWorkHere();
    }

    /** Closes a dylib for good, and forgets it. */
    void end(Dylib dylib) {
        translated(
                () -> {
                    if (target.isAlive()) {
                        runtime.end(dylib.handle());
                    } else {
                        runtime.deregister(dylib.handle());
                    }
                });
    }

    /** Runs the at-exit functions and finalizers of all dylibs, before the process ends. */
    void runAllFinalizers() {
        runtime.runAllFinalizers();
    }

    /** Tells the runtime the function sections of an object. */
    void record(Unit unit) {
        unit.setRecorded();
        for (Unit.Recorded recorded : unit.sections()) {
            FunctionSection section = recorded.section();
            functions.put(
                    section.range().start(), new Functions(recorded.functions(), unit.lifetime()));
            record(unit, section);
        }
    }

    /** A dylib that another thread closes for good meanwhile runs nothing any more. */
    private void record(Unit unit, FunctionSection section) {
        try {
            runtime.record(unit.dylib().handle(), section);
        } catch (DylibException e) {
            if (isKnown(unit.dylib())) {
                throw new AssertionError(unit.name(), e);
            }
        }
    }

    /** Runs the finalizers of an object that is about to be removed, if they are due. */
    void retire(Unit unit) {
        List<FunctionSection> sections =
                unit.sections().stream().map(Unit.Recorded::section).toList();
        if (unit.isRecorded() && !sections.isEmpty() && isKnown(unit.dylib())) {
            translated(() -> runtime.retire(unit.dylib().handle(), sections));
        }
    }

    /** Forgets an object that has been removed. */
    void forget(Unit unit) {
        if (unit.isRecorded()) {
            unit.sections().forEach(r -> functions.remove(r.section().range().start()));
        }
    }

    /** Forgets a dylib that has been removed with all of its objects. */
    void forget(Dylib dylib) {
        dylibs.remove(dylib.handle());
    }

    @Override
    public List<Links> pushInitializers(ExecutorAddress handle) throws DylibException {
        try {
            return linking.linkAndRecord(dylibs.get(handle));
        } catch (LinkException e) {
            throw new DylibException(e.getMessage(), e);
        }
    }

    @Override
    public ExecutorAddress lookUp(ExecutorAddress handle, String symbol) throws DylibException {
        try {
            return linking.lookup(dylibs.get(handle), symbol);
        } catch (LinkException e) {
            throw new DylibException(e.getMessage(), e);
        }
    }

    @Override
    public void run(List<FunctionSection> sections) throws DylibException {
        List<ExecutorAddress> due = new ArrayList<>();
        List<Lifetime> lifetimes = new ArrayList<>();
        for (FunctionSection section : sections) {
            Functions recorded = functions.get(section.range().start());
            if (recorded != null) { // else its object has just been removed
                due.addAll(recorded.of(section));
                lifetimes.add(recorded.lifetime());
            }
        }
        try {
            atWork(lifetimes, () -> run(sections.getFirst().when(), due));
        } catch (TargetException e) {
            throw new DylibException(e.getMessage(), e);
        }
    }

    private void run(FunctionSection.When when, List<ExecutorAddress> due) {
        switch (when) {
            case INITIALIZE -> clock.time(LinkPhase.INITIALIZE, () -> target.callInitializers(due));
            case FINALIZE -> target.callAll(due);
        }
    }

    /** Calls functions of objects; meanwhile nothing is removed that these objects refer to. */
    void atWork(List<Lifetime> lifetimes, Runnable call) {
        lifetimes.forEach(Lifetime::beginWork);
        try {
            call.run();
        } finally {
            lifetimes.forEach(Lifetime::endWork);
        }
    }

    @Override
    public boolean runsTogether() {
        return target.callsTogether();
    }

    @Override
    public void runAtExits(ExecutorAddress handle) throws DylibException {
        Optional<ExecutorAddress> runner = linking.atExitRunner(dylibs.get(handle));
        if (runner.isPresent()) {
            try {
                atWork(linking.lifetimes(dylibs.get(handle)), () -> target.call(runner.get()));
            } catch (TargetException e) {
                throw new DylibException(e.getMessage(), e);
            }
        }
    }

    /** Makes a call, and throws the exception of the target or the linker that made it fail. */
    private static void translated(Call call) {
        try {
            call.run();
        } catch (DylibException e) {
            LinkException failure = cause(e).orElseThrow(() -> misuse(e));
            for (Throwable suppressed : e.getSuppressed()) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    private static Optional<LinkException> cause(DylibException e) {
        Throwable cause = e;
        while (cause instanceof DylibException) {
            cause = cause.getCause();
        }
        return cause instanceof LinkException link ? Optional.of(link) : Optional.empty();
    }

    private static IllegalStateException misuse(DylibException e) {
        return new IllegalStateException(e.getMessage(), e);
    }
}
