package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.Host;
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
 *       waits until the first one has initialized it. An initializer that opens the dylib that is
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
    private final MemoryManager manager;
    private final LinkingController controller;
    private final GuestFunctions functions;
    private final Turns turns = new Turns();
    private final DylibTable table = new DylibTable();
    private final Map<ExecutorAddress, DylibState> owners = new HashMap<>();
    private final AtExitOwners atExitOwners;
    private long lastInitialized;

    /**
     * A session without dylibs.
     *
     * @param manager the session's memory
     */
    public JitDylibs(Host host, MemoryManager manager, LinkingController controller) {
        this(new GuestFunctions(host.memory(), host.calls()::callVoid), manager, controller);
    }

    JitDylibs(GuestFunctions functions, MemoryManager manager, LinkingController controller) {
        this.functions = functions;
        this.manager = manager;
        this.controller = controller;
        this.atExitOwners = new AtExitOwners(manager, this::forget);
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
        table.add(new DylibState(name, handle));
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
     * Remembers which dylib an allocation belongs to.
     *
     * @param allocation its key
     */
    public synchronized void own(ExecutorAddress handle, ExecutorAddress allocation)
            throws DylibException {
        owners.put(allocation, table.at(handle));
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
        try {
            initialize(dylib);
            return dylib.handle();
        } catch (DylibException e) {
            try {
                giveUp(dylib);
            } catch (DylibException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    private synchronized DylibState countOpen(String name) throws DylibException {
        DylibState dylib = table.named(name);
        dylib.countOpen(1);
        return dylib;
    }

    private void giveUp(DylibState dylib) throws DylibException {
        synchronized (this) {
            dylib.countOpen(-1);
        }
        closeUnreferenced();
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
        try {
            dylib.initializers().processNewSections(functions::run);
        } catch (DylibException e) {
            throw new DylibException("initializing " + dylib + ": " + e.getMessage());
        }
        dylib.finalizers().processNewSections(_ -> {});
    }

    private synchronized void requireNotClosing(DylibState dylib) throws DylibException {
        if (dylib.isClosing()) {
            throw new DylibException(dylib + " is being closed");
        }
    }

    /** {@code dlclose}. */
    public void close(ExecutorAddress handle) throws DylibException {
        countClosed(at(handle));
        closeUnreferenced();
    }

    private synchronized void countClosed(DylibState dylib) throws DylibException {
        requireOpen(dylib);
        if (dylib.openCount() == 1 && turns.isMine(dylib)) {
            throw new DylibException(dylib + " cannot be closed by its own initializer");
        }
        dylib.countOpen(-1);
    }

    private void closeUnreferenced() throws DylibException {
        List<DylibState> unreferenced;
        synchronized (this) {
            unreferenced = table.unreferenced();
        }
        List<String> failures = new ArrayList<>();
        for (DylibState dylib : unreferenced) {
            if (turns.take(dylib)) {
                try {
                    closeIfUnreferenced(dylib, failures);
                } finally {
                    turns.giveBack(dylib);
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new DylibException(String.join("; ", failures));
        }
    }

    /** It may have been opened again, or closed, while this thread waited for its turn. */
    private void closeIfUnreferenced(DylibState dylib, List<String> failures) {
        synchronized (this) {
            if (!dylib.isInitialized() || table.isReferenced(dylib)) {
                return;
            }
            dylib.closing(true);
        }
        runAtExits(dylib);
        for (FunctionSection section : dylib.finalizers().processed().reversed()) {
            try {
                functions.run(section);
            } catch (DylibException e) {
                failures.add("closing " + dylib + ": " + e.getMessage());
            }
        }
        synchronized (this) {
            dylib.reset();
            dylib.closing(false);
        }
    }

    /** Those that a function registers while it runs come next. */
    private void runAtExits(DylibState dylib) {
        for (AtExitList.Entry next = dylib.atExits().take();
                next != null;
                next = dylib.atExits().take()) {
            functions.run(next);
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
            dylib.atExits().add(atExitOwners.entry(function, argument));
        }
        return dylib != null;
    }

    /** The handle of the dylib that the code or data at {@code address} belongs to. */
    public synchronized Optional<ExecutorAddress> owner(ExecutorAddress address) {
        return manager.keyOf(address).map(owners::get).map(DylibState::handle);
    }

    /** {@code __cxa_finalize}: runs a dylib's at-exit functions now. */
    public void runAtExits(ExecutorAddress handle) {
        known(handle).ifPresent(this::runAtExits);
    }

    private synchronized Optional<DylibState> known(ExecutorAddress handle) {
        return table.all().stream().filter(dylib -> dylib.handle().equals(handle)).findFirst();
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
