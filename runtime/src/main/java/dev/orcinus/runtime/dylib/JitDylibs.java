package dev.orcinus.runtime.dylib;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.GuestBooks;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The JIT dylibs of one session, with {@code dlopen} and its relatives. Many threads may use it;
 * the package's text says in which order locks are taken. Mirrors LLVM's {@code
 * ELFNixPlatformRuntimeState}, without its faults: the dependencies of a dylib are closed with it,
 * and at-exit functions belong to the dylib that registered them.
 *
 * <ul>
 *   <li>Opening runs new initializers, dependencies first. A second thread that opens the same
 *       dylib waits until the first one has initialized it; so an initializer that waits for such a
 *       thread waits for ever, as it does natively. An initializer that opens the dylib that is
 *       being initialized, or one that depends on it, gets the handle at once; the first call runs
 *       the new initializers.
 *   <li>Updating runs the new initializers of the dependencies of an open dylib, then its own.
 *   <li>Closing the last reference runs at-exit functions, newest first, then finalizers in
 *       reverse, then closes dependencies that no open dylib needs any more, also those that depend
 *       on each other in a circle. All recorded sections are new again then: the next opening runs
 *       them all. Data that have been recorded get their first values back; all other variables
 *       keep their values.
 *   <li>A C++ exception that leaves an initializer ends the process ({@code std::terminate}), as it
 *       does natively. A section that cannot be run makes opening fail, and the dylibs that were
 *       initialized so far are closed again; on updating it stays new, with those after it, and the
 *       dylib stays open.
 * </ul>
 */
public final class JitDylibs implements GuestBooks {
    private final LinkingController controller;
    private final DylibRegistry registry = new DylibRegistry();
    private final DylibRunner runner;
    private final DylibLifecycle lifecycle;
    private final DylibAtExits atExits;
    private final Consumer<List<String>> arguments;

    /**
     * A session without dylibs, whose code runs in a guest of this process.
     *
     * @param guest the session's guest
     */
    public JitDylibs(GuestRuntime guest, LinkingController controller) {
        this(guest, new GuestFunctions(guest.guest().memory(), guest.calls()), controller);
    }

    private JitDylibs(GuestRuntime guest, GuestFunctions functions, LinkingController controller) {
        this(
                new DylibRunner(functions, new GuestData(guest.guest().memory())),
                Optional.of(guest.memory()),
                controller,
                functions::setArguments);
    }

    /** A session without dylibs, whose code {@code code} runs, at-exit functions included. */
    public JitDylibs(DylibCode code, LinkingController controller) {
        this(new DylibRunner(code), Optional.empty(), controller, _ -> {});
    }

    private JitDylibs(
            DylibRunner runner,
            Optional<MemoryManager> manager,
            LinkingController controller,
            Consumer<List<String>> arguments) {
        this.controller = controller;
        this.arguments = arguments;
        this.runner = runner;
        this.lifecycle = new DylibLifecycle(registry, controller, runner);
        this.atExits = new DylibAtExits(registry, runner, manager);
    }

    /**
     * The state of a dylib.
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
     * @param handle an address in it, that of {@code __dso_handle}
     * @throws DylibException if there is one of that name or handle
     */
    public void register(String name, ExecutorAddress handle) throws DylibException {
        registry.add(new DylibState(name, handle), true);
    }

    /**
     * Registers a dylib that cannot be opened by a name.
     *
     * @param label for messages
     * @param handle an address that no other dylib has
     * @throws DylibException if there is one of that handle
     */
    public void registerUnnamed(String label, ExecutorAddress handle) throws DylibException {
        registry.add(new DylibState(label, handle), false);
    }

    /** Forgets a dylib, with all its records; no function of it runs. */
    public void deregister(ExecutorAddress handle) throws DylibException {
        registry.remove(handle);
    }

    /** Records a section of a dylib as new. */
    public void record(ExecutorAddress handle, FunctionSection section) throws DylibException {
        if (!section.range().isEmpty()) {
            registry.at(handle).tracker(section.when()).add(section);
        }
    }

    /** Records data that get their present values back when the dylib is closed. */
    public void keepValues(ExecutorAddress handle, AddressRange data) throws DylibException {
        if (!data.isEmpty()) {
            registry.at(handle).data().add(runner.values(data));
        }
    }

    /** Records data that are zero again when the dylib is closed. */
    public void keepZeros(ExecutorAddress handle, AddressRange data) throws DylibException {
        if (!data.isEmpty()) {
            registry.at(handle).data().add(new InitialData.Values(data, new byte[0]));
        }
    }

    /** Takes recorded data back; data that are not recorded are no error. */
    public void removeData(ExecutorAddress handle, AddressRange data) throws DylibException {
        registry.at(handle).data().remove(data);
    }

    /** Takes a recorded section back; one that is not recorded is no error. */
    public void remove(ExecutorAddress handle, FunctionSection.When when, AddressRange range)
            throws DylibException {
        registry.at(handle).tracker(when).remove(range);
    }

    /**
     * Takes recorded sections back whose code is about to go. If the dylib is initialized, their
     * finalizers run, in the order of closing.
     *
     * @throws DylibException if one cannot be run; all sections are taken back nevertheless
     */
    public void retire(ExecutorAddress handle, List<FunctionSection> going) throws DylibException {
        lifecycle.retire(handle, going);
    }

    /**
     * Remembers which dylib an allocation belongs to.
     *
     * @param allocation its key
     */
    public void own(ExecutorAddress handle, ExecutorAddress allocation) throws DylibException {
        atExits.own(handle, allocation);
    }

    /** Returns how many allocations are known to belong to a dylib. */
    int ownedCount() {
        return registry.ownedCount();
    }

    /**
     * Makes initializers get the arguments of a program from now on; before, they get none. Code
     * that another process runs gets its arguments there.
     *
     * @param program all of them, its name first
     */
    public void setArguments(List<String> program) {
        arguments.accept(program);
    }

    /**
     * Does {@code dlopen}.
     *
     * @return the dylib's handle
     */
    public ExecutorAddress open(String name) throws DylibException {
        return lifecycle.open(name);
    }

    /**
     * Does {@code dlopen} the first time and {@code dlupdate} later, so that one {@link #close}
     * closes the dylib. If several threads do this at once, it is enough that one of them succeeds.
     */
    public void openOrUpdate(ExecutorAddress handle) throws DylibException {
        lifecycle.openOrUpdate(handle);
    }

    /** Does {@code dlupdate}, a call of ORC's runtime: runs initializers that are new since. */
    public void update(ExecutorAddress handle) throws DylibException {
        lifecycle.update(handle);
    }

    /** Does {@code dlclose}. */
    public void close(ExecutorAddress handle) throws DylibException {
        lifecycle.close(handle);
    }

    /** Does {@code dlclose} if the dylib is open, else nothing. */
    public void closeIfOpen(ExecutorAddress handle) throws DylibException {
        lifecycle.closeIfOpen(handle);
    }

    /**
     * Closes a dylib, even if it is open or others depend on it, and forgets it: its code is about
     * to go. At-exit functions run even if it is not open, as its functions may have registered
     * some when they were called.
     *
     * @throws DylibException if a function of it, or of a dependency, cannot be run; it is
     *     forgotten nevertheless. Or if it is being initialized or closed, on this thread or on one
     *     that waits for this one: then it stays as it is, see {@link #isRegistered}
     */
    public void end(ExecutorAddress handle) throws DylibException {
        lifecycle.end(handle);
    }

    /**
     * Does {@code exit}: runs the at-exit functions and finalizers of all initialized dylibs, the
     * youngest one's first, and waits for no thread. A dylib that is being initialized, as by an
     * initializer that calls {@code exit}, has all of its finalizers run, as natively; one that is
     * being closed is left to the thread that closes it. Functions that cannot be run are skipped:
     * the process ends.
     */
    public void runAllFinalizers() {
        lifecycle.runAllFinalizers();
    }

    /**
     * Does {@code dlsym}: returns the address of the dylib's own symbol, which is linked if it is
     * not yet.
     */
    public ExecutorAddress find(ExecutorAddress handle, String symbol) throws DylibException {
        return controller.lookUp(registry.at(handle).handle(), symbol);
    }

    /**
     * Does {@code __cxa_atexit}.
     *
     * @return false if {@code handle} is no dylib's
     */
    public boolean atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress handle) {
        return atExits.add(function, argument, handle);
    }

    /** Returns the handle of the dylib that the code or data at {@code address} belongs to. */
    public Optional<ExecutorAddress> owner(ExecutorAddress address) {
        return atExits.owner(address);
    }

    /** Does {@code __cxa_finalize}: runs a dylib's at-exit functions now. */
    public void runAtExits(ExecutorAddress handle) {
        atExits.run(handle);
    }

    /** Returns the handle of the dylib that can be opened by a name. */
    public ExecutorAddress handle(String name) throws DylibException {
        return registry.named(name).handle();
    }

    /** Returns a step that makes the at-exit functions what they are now. */
    @Override
    public Runnable state() {
        return atExits.state();
    }

    /** Returns whether a handle is that of a registered dylib. */
    public boolean isRegistered(ExecutorAddress handle) {
        return registry.find(handle).isPresent();
    }

    /** Returns whether this thread is initializing or closing some dylib. */
    public boolean isAtWorkHere() {
        return lifecycle.isAtWorkHere();
    }

    /**
     * Returns whether this thread is initializing or closing a dylib, whose code has called back.
     */
    public boolean isAtWorkHere(ExecutorAddress handle) {
        return lifecycle.isAtWorkHere(handle);
    }

    /** Returns whether a dylib's initializers have been run, or begun, since it was closed. */
    public boolean isInitialized(ExecutorAddress handle) {
        return registry.isInitialized(handle);
    }

    /** Returns the state of a dylib. */
    public Status status(ExecutorAddress handle) throws DylibException {
        return registry.status(handle);
    }
}
