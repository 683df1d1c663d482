package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.host.Host;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JIT dylibs of one session, and what {@code dlopen} and its kin do with them. For many
 * threads; this object's lock guards counts and links and is held neither while guest code runs nor
 * while the controller is asked. Mirrors LLVM's {@code ELFNixPlatformRuntimeState}, without its
 * faults: what a dylib depends on is closed with it, and at-exit functions belong to the dylib that
 * registered them.
 *
 * <ul>
 *   <li>Opening runs what is new, dependencies first. A second thread that opens the same dylib
 *       waits until the first one has initialized it; so an initializer that waits for such a
 *       thread waits for ever, as it does natively. An initializer that opens the dylib that is
 *       being initialized, or one that depends on it, gets the handle at once; what is new is run
 *       by the call that came first.
 *   <li>Updating runs what is new in an open dylib, and before it what is new in its dependencies.
 *   <li>Closing the last reference runs at-exit functions, newest first, then finalizers in
 *       reverse, then closes dependencies that nobody needs any more, also those that depend on
 *       each other in a circle. All that is recorded is new again then: the next opening runs
 *       everything. Data are not reset: variables keep their values, as in LLVM's runtime.
 *   <li>A C++ exception that leaves an initializer ends the process ({@code std::terminate}), as it
 *       does natively. A section that cannot be run makes opening fail, and what was run so far is
 *       closed again; on updating it stays new, with those after it, and the dylib stays open.
 * </ul>
 */
public final class JitDylibs {
    private final LinkingController controller;
    private final DylibRunner runner;
    private final Turns turns = new Turns();
    private final DylibTable table = new DylibTable();
    private final Map<ExecutorAddress, DylibState> owners = new HashMap<>();
    private final AllocationWatch watch;
    private long lastInitialized;

    /**
     * A session without dylibs, whose code is in this process.
     *
     * @param manager the session's memory
     */
    public JitDylibs(Host host, MemoryManager manager, LinkingController controller) {
        this(new GuestFunctions(host.memory(), host.calls()::callVoid), manager, controller);
    }

    JitDylibs(GuestFunctions functions, MemoryManager manager, LinkingController controller) {
        this.controller = controller;
        this.runner = new DylibRunner(functions);
        this.watch = new AllocationWatch(Optional.of(manager), this::forget);
    }

    /** A session without dylibs, whose code somebody else runs, at-exit functions included. */
    public JitDylibs(DylibCode code, LinkingController controller) {
        this.controller = controller;
        this.runner = new DylibRunner(code);
        this.watch = new AllocationWatch(Optional.empty(), this::forget);
    }

    /**
     * What is known of a dylib.
     *
     * @param name the name that it is opened by
     * @param openCount how many times it has been opened and not closed
     * @param linkedAgainstCount how many initialized dylibs depend on it
     * @param newSections recorded initializer sections that have not run
     * @param sections all recorded initializer sections
     * @param atExits functions to call when it is closed
     */
    public record Status(
            String name,
            int openCount,
            int linkedAgainstCount,
            int newSections,
            int sections,
            int atExits) {}

    /**
     * Registers a dylib.
     *
     * @param handle an address in it, of {@code __dso_handle}
     * @throws DylibException if there is one of that name or handle
     */
    public synchronized void register(String name, ExecutorAddress handle) throws DylibException {
        table.add(new DylibState(name, handle), true);
    }

    /**
     * Registers a dylib that nobody opens by a name.
     *
     * @param label for messages
     * @param handle an address that no other dylib has
     * @throws DylibException if there is one of that handle
     */
    public synchronized void registerUnnamed(String label, ExecutorAddress handle)
            throws DylibException {
        table.add(new DylibState(label, handle), false);
    }

    /** Forgets a dylib, with all that is recorded for it; nothing runs. */
    public synchronized void deregister(ExecutorAddress handle) throws DylibException {
        DylibState dylib = table.at(handle);
        table.remove(dylib);
        owners.values().removeIf(dylib::equals);
    }

    /** Records a section of a dylib as new. */
    public void record(ExecutorAddress handle, FunctionSection section) throws DylibException {
        if (!section.range().isEmpty()) {
            at(handle).tracker(section.when()).add(section);
        }
    }

    /** Takes a recorded section back; one that has gone is no error. */
    public void remove(ExecutorAddress handle, FunctionSection.When when, AddressRange range)
            throws DylibException {
        at(handle).tracker(when).remove(range);
    }

    /**
     * Takes recorded sections back whose code is about to go. Of those whose dylib is initialized,
     * the finalizers run, in the order of closing.
     *
     * @throws DylibException if one cannot be run; all sections are taken back nevertheless
     */
    public void retire(ExecutorAddress handle, List<FunctionSection> going) throws DylibException {
        DylibState dylib = at(handle);
        inTurn(
                dylib,
                () -> {
                    dylib.initializers().removeAll(of(FunctionSection.When.INITIALIZE, going));
                    List<FunctionSection> due =
                            dylib.finalizers().removeAll(of(FunctionSection.When.FINALIZE, going));
                    if (!due.isEmpty()) {
                        runner.run(due.reversed());
                    }
                });
    }

    private static List<FunctionSection> of(
            FunctionSection.When when, List<FunctionSection> sections) {
        return sections.stream().filter(section -> section.when() == when).toList();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws DylibException;
    }

    /** Does something with a dylib when nobody else is at work on it, or would wait for this. */
    private void inTurn(DylibState dylib, Work work) throws DylibException {
        boolean taken = turns.take(dylib);
        try {
            work.run();
        } finally {
            if (taken) {
                turns.giveBack(dylib);
            }
        }
    }

    /**
     * Remembers which dylib an allocation belongs to.
     *
     * @param allocation its key
     */
    public void own(ExecutorAddress handle, ExecutorAddress allocation) throws DylibException {
        watch.watch(allocation);
        synchronized (this) {
            owners.put(allocation, table.at(handle));
        }
    }

    /** How many allocations are known by their dylibs. */
    synchronized int ownedCount() {
        return owners.size();
    }

    /** Forgets an allocation: what is in it will not be called. */
    private synchronized void forget(ExecutorAddress allocation) {
        owners.remove(allocation);
        table.all().forEach(dylib -> dylib.atExits().dropThoseOf(allocation));
    }

    /**
     * {@code dlopen}.
     *
     * @return the dylib's handle
     */
    public ExecutorAddress open(String name) throws DylibException {
        DylibState dylib = countOpen(name);
        initializeOrGiveUp(dylib);
        return dylib.handle();
    }

    private synchronized DylibState countOpen(String name) throws DylibException {
        DylibState dylib = table.named(name);
        dylib.countOpen(1);
        return dylib;
    }

    /**
     * {@code dlopen} the first time, {@code dlupdate} later: whatever comes of it, one {@link
     * #close} closes. If several threads do this at once, it is enough that one of them succeeds.
     */
    public void openOrUpdate(ExecutorAddress handle) throws DylibException {
        DylibState dylib = countOpen(handle);
        initializeOrGiveUp(dylib);
        synchronized (this) {
            if (dylib.openCount() > 1) {
                dylib.countOpen(-1);
            }
        }
    }

    private synchronized DylibState countOpen(ExecutorAddress handle) throws DylibException {
        DylibState dylib = table.at(handle);
        if (dylib.isLeaving()) {
            throw new DylibException(dylib + " is being closed");
        }
        dylib.countOpen(1);
        return dylib;
    }

    private void initializeOrGiveUp(DylibState dylib) throws DylibException {
        try {
            initialize(dylib);
        } catch (DylibException | RuntimeException e) {
            try {
                giveUp(dylib);
            } catch (DylibException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    private void giveUp(DylibState dylib) throws DylibException {
        synchronized (this) {
            if (dylib.isOpen()) {
                dylib.countOpen(-1);
            }
        }
        closeUnreferenced(dylib);
    }

    /** {@code dlupdate}, a call of ORC's runtime: runs what has come since. */
    public void update(ExecutorAddress handle) throws DylibException {
        DylibState dylib = at(handle);
        requireOpen(dylib);
        initialize(dylib);
    }

    private synchronized void requireOpen(DylibState dylib) throws DylibException {
        if (!dylib.isOpen()) {
            throw new DylibException(dylib + " is not open");
        }
    }

    private void initialize(DylibState root) throws DylibException {
        List<LinkingController.Links> links = controller.pushInitializers(root.handle());
        for (DylibState dylib : linked(root, links)) {
            if (turns.take(dylib)) {
                try {
                    runNew(dylib);
                } finally {
                    turns.giveBack(dylib);
                }
            } else {
                requireNotClosing(dylib);
            }
        }
    }

    private synchronized List<DylibState> linked(
            DylibState root, List<LinkingController.Links> links) {
        links.forEach(table::link);
        return DylibTable.dependenciesFirst(root);
    }

    private void runNew(DylibState dylib) throws DylibException {
        synchronized (this) {
            if (!dylib.isInitialized()) {
                dylib.markInitialized(++lastInitialized);
            }
        }
        runner.initialize(dylib);
    }

    private synchronized void requireNotClosing(DylibState dylib) throws DylibException {
        if (dylib.isClosing()) {
            throw new DylibException(dylib + " is being closed");
        }
    }

    /** {@code dlclose}. */
    public void close(ExecutorAddress handle) throws DylibException {
        DylibState dylib = at(handle);
        countClosed(dylib);
        closeUnreferenced(dylib);
    }

    /** {@code dlclose}, if it is open; closes nothing otherwise. */
    public void closeIfOpen(ExecutorAddress handle) throws DylibException {
        DylibState dylib = at(handle);
        boolean wasOpen;
        synchronized (this) {
            wasOpen = dylib.isOpen();
            if (wasOpen) {
                countClosed(dylib);
            }
        }
        if (wasOpen) {
            closeUnreferenced(dylib);
        }
    }

    private synchronized void countClosed(DylibState dylib) throws DylibException {
        requireOpen(dylib);
        if (dylib.openCount() == 1) {
            requireOthersTurn(dylib);
        }
        dylib.countOpen(-1);
    }

    private void requireOthersTurn(DylibState dylib) throws DylibException {
        if (turns.isMine(dylib)) {
            throw new DylibException(dylib + " cannot be closed by its own initializer");
        }
    }

    /**
     * Closes a dylib, however often it is open and whoever depends on it, and forgets it: its code
     * is about to go. At-exit functions run even if it is not open, as its functions may have
     * registered some when they were called.
     *
     * @throws DylibException if something of it, or of what it depended on, cannot be run; it is
     *     forgotten nevertheless. Or if it is at work, on this thread or on one that waits for this
     *     one: it stays as it is then, see {@link #isRegistered}
     */
    public void end(ExecutorAddress handle) throws DylibException {
        DylibState dylib = at(handle);
        List<DylibException> failures = new ArrayList<>();
        boolean wasInitialized = leave(dylib);
        closeUnreferenced(dylib, failures);
        if (!wasInitialized) {
            runner.runAtExits(dylib, failures);
        }
        forgetClosed(dylib);
        DylibRunner.throwAll(failures);
    }

    private synchronized boolean leave(DylibState dylib) throws DylibException {
        requireOthersTurn(dylib);
        dylib.leave();
        table.isolate(dylib);
        return dylib.isInitialized();
    }

    private synchronized void forgetClosed(DylibState dylib) throws DylibException {
        if (dylib.isInitialized()) {
            dylib.stay();
            throw new DylibException(dylib + " is being initialized by what waits for its end");
        }
        deregister(dylib.handle());
    }

    private void closeUnreferenced(DylibState root) throws DylibException {
        List<DylibException> failures = new ArrayList<>();
        closeUnreferenced(root, failures);
        DylibRunner.throwAll(failures);
    }

    private void closeUnreferenced(DylibState root, List<DylibException> failures) {
        List<DylibState> unreferenced;
        synchronized (this) {
            unreferenced = table.unreferenced(root);
        }
        for (DylibState dylib : unreferenced) {
            if (turns.take(dylib)) {
                try {
                    closeIfUnreferenced(dylib, failures);
                } finally {
                    turns.giveBack(dylib);
                }
            }
        }
    }

    /** It may have been opened again, or closed, while this thread waited for its turn. */
    private void closeIfUnreferenced(DylibState dylib, List<DylibException> failures) {
        synchronized (this) {
            if (!dylib.isInitialized() || table.isReferenced(dylib)) {
                return;
            }
            dylib.closing(true);
        }
        runner.runAtExits(dylib, failures);
        runner.runFinalizers(dylib, failures);
        synchronized (this) {
            dylib.reset();
            dylib.closing(false);
        }
    }

    /**
     * {@code exit}: runs the at-exit functions and finalizers of all that is initialized, the
     * youngest dylib's first, and waits for nobody. What is being initialized, as by an initializer
     * that calls {@code exit}, has all of its finalizers run, as natively; what is being closed is
     * left to whoever closes it. What cannot be run is passed over: the process ends.
     */
    public void runAllFinalizers() {
        List<DylibState> initialized;
        synchronized (this) {
            initialized = table.initialized().stream().filter(d -> !d.isClosing()).toList();
        }
        List<DylibException> unheard = new ArrayList<>();
        for (DylibState dylib : initialized) {
            runner.runAtExits(dylib, unheard);
            if (turns.isTaken(dylib)) {
                dylib.finalizers().processAll();
            }
            runner.runFinalizers(dylib, unheard);
        }
    }

    /** {@code dlsym}: the dylib's own symbol, linked if it is not yet. */
    public ExecutorAddress find(ExecutorAddress handle, String symbol) throws DylibException {
        return controller.lookUp(at(handle).handle(), symbol);
    }

    /**
     * {@code __cxa_atexit}.
     *
     * @return false if {@code handle} is no dylib's
     */
    public boolean atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress handle) {
        DylibState dylib = known(handle).orElse(null);
        if (dylib != null) {
            dylib.atExits()
                    .add(
                            new AtExitList.Entry(
                                    function,
                                    argument,
                                    watch.watch(function),
                                    watch.watch(argument)));
        }
        return dylib != null;
    }

    /** The handle of the dylib that the code or data at {@code address} belongs to. */
    public synchronized Optional<ExecutorAddress> owner(ExecutorAddress address) {
        return watch.keyOf(address).map(owners::get).map(DylibState::handle);
    }

    /** {@code __cxa_finalize}: runs a dylib's at-exit functions now. */
    public void runAtExits(ExecutorAddress handle) {
        known(handle).ifPresent(dylib -> runner.runAtExits(dylib, new ArrayList<>()));
    }

    private synchronized Optional<DylibState> known(ExecutorAddress handle) {
        return table.find(handle);
    }

    /** Whether a handle is a dylib's that has not been forgotten. */
    public boolean isRegistered(ExecutorAddress handle) {
        return known(handle).isPresent();
    }

    /** Whether this thread is initializing or closing a dylib: its code has called it back. */
    public boolean isAtWorkHere(ExecutorAddress handle) {
        return known(handle).filter(turns::isMine).isPresent();
    }

    /** Whether a dylib's initializers have been run, or begun, since it was closed. */
    public synchronized boolean isInitialized(ExecutorAddress handle) {
        return table.find(handle).filter(DylibState::isInitialized).isPresent();
    }

    /** What is known of a dylib. */
    public synchronized Status status(ExecutorAddress handle) throws DylibException {
        DylibState dylib = table.at(handle);
        return new Status(
                dylib.name(),
                dylib.openCount(),
                table.linkedAgainstCount(dylib),
                dylib.initializers().newCount(),
                dylib.initializers().size(),
                dylib.atExits().size());
    }

    private synchronized DylibState at(ExecutorAddress handle) throws DylibException {
        return table.at(handle);
    }
}
