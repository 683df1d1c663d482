package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.guest.NoCodeException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of one controller that has linked the archive: its dylibs, and the functions of its
 * object format. Thread-safe.
 */
public final class Platform {
    private final Session session;
    private final ExecutorAddress anchor;
    private final List<? extends EntryPoint> entryPoints;
    private final LineController controller;
    private final JitDylibs dylibs;
    private final OrcRuntime.Functions functions;
    private final Set<Thread> updating = ConcurrentHashMap.newKeySet();
    private volatile ExecutorAddress handle = ExecutorAddress.NULL;

    /**
     * Creates a platform without dylibs.
     *
     * @param anchor the address of the archive's code
     */
    Platform(Session session, OrcRuntime runtime, ExecutorAddress anchor) {
        this.session = session;
        this.anchor = anchor;
        this.entryPoints = runtime.entryPoints();
        this.controller = new LineController(session, runtime, new Layout(entryPoints), anchor);
        OrcRuntime.Linker linker = runtime.linker(controller);
        this.dylibs = new JitDylibs(session.guest(), linker);
        session.guest().checkpoints().add(dylibs);
        this.functions = linker.functions(this);
        offerWrappers();
    }

    /**
     * Makes calls of the thunks' addresses over the line reach our functions without the thunks.
     */
    private void offerWrappers() {
        for (EntryPoint entryPoint : entryPoints) {
            if (entryPoint.kind() != EntryPoint.Kind.FUNCTION) {
                session.offer(
                        Layout.address(anchor, entryPoint),
                        functions.wrapper(entryPoint),
                        entryPoint.kind() == EntryPoint.Kind.REGISTRATION);
            }
        }
    }

    /** Returns the guest that the controller's code runs in. */
    public Guest guest() {
        return session.guest().guest();
    }

    /** Returns the controller's session. */
    public Session session() {
        return session;
    }

    /** Returns the controller. */
    LineController controller() {
        return controller;
    }

    /** Returns the controller's dylibs. */
    public JitDylibs dylibs() {
        return dylibs;
    }

    /** Returns the handle of the dylib that the runtime itself belongs to. */
    ExecutorAddress handle() {
        return handle;
    }

    void bootstrap(ExecutorAddress platformHandle) {
        handle = platformHandle;
    }

    WrapperFunction wrapper(int number) {
        return functions.wrapper(entryPoints.get(number));
    }

    long call(int number, Registers arguments) {
        return functions.call(entryPoints.get(number), arguments);
    }

    /**
     * Opens a dylib, calls a function in it as {@code main}, closes it, and returns the status.
     *
     * @throws DylibException if it cannot be opened, has no such function, or ends the guest
     */
    int runProgram(String dylib, String entryPoint, List<String> arguments) throws DylibException {
        dylibs.setArguments(arguments);
        ExecutorAddress opened = dylibs.open(dylib);
        int status;
        try {
            status = callMain(dylibs.find(opened, entryPoint), arguments);
        } catch (DylibException e) {
            if (e.guestEnd().isEmpty()) {
                dylibs.close(opened);
            }
            throw e;
        }
        dylibs.close(opened);
        return status;
    }

    private int callMain(ExecutorAddress function, List<String> arguments) throws DylibException {
        try {
            CallOutcome<Integer> outcome = session.guest().calls().callMain(function, arguments);
            if (outcome.isGone()) {
                throw new DylibException(outcome.end().orElseThrow());
            }
            return outcome.value();
        } catch (NoCodeException e) {
            throw new DylibException(e.getMessage(), e);
        }
    }

    /** Does {@code dlupdate}, as for a line of a session. */
    void update(ExecutorAddress dylib) throws DylibException {
        updating.add(Thread.currentThread());
        try {
            dylibs.update(dylib);
        } finally {
            updating.remove(Thread.currentThread());
        }
    }

    /** Returns whether the calling thread is updating a dylib, whose code has called back. */
    boolean isUpdatingHere() {
        return updating.contains(Thread.currentThread());
    }

    /** Logs a message and ends the process; for errors after which guest code cannot continue. */
    public long abort(String message) {
        session.log(message);
        guest().process().abort();
        throw new AssertionError("abort has returned");
    }

    /** Withdraws the thunks' addresses before the memory of the thunks is freed. */
    void close() throws ActionFailedException {
        entryPoints.forEach(e -> session.withdraw(Layout.address(anchor, e)));
        functions.close();
    }
}
