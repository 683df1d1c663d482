package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.guest.NoCodeException;
import java.util.List;

/**
 * The platform of one controller that has linked the archive: its dylibs and its thread-locals. For
 * many threads.
 */
final class ElfNixPlatform {
    private final Session session;
    private final ExecutorAddress anchor;
    private final LineController controller;
    private final JitDylibs dylibs;
    private final ThreadLocals threadLocals;
    private final ElfNixServices services;
    private final ElfNixFunctions functions;
    private volatile ExecutorAddress handle = ExecutorAddress.NULL;

    ElfNixPlatform(Session session, ExecutorAddress anchor) {
        this.session = session;
        this.anchor = anchor;
        this.controller = new LineController(session, anchor);
        this.dylibs = new JitDylibs(session.guest(), controller);
        this.threadLocals = new ThreadLocals(guest().memory(), session.guest().threadLocals());
        this.services = new ElfNixServices(this);
        this.functions = new ElfNixFunctions(this);
        offerServices();
    }

    /** From now on calls by the thunks' addresses take the short way, without the thunks. */
    private void offerServices() {
        for (Entry entry : Entry.ALL) {
            if (entry.kind() != Entry.Kind.FUNCTION) {
                session.offer(
                        Layout.address(anchor, entry),
                        services.of(entry),
                        entry.kind() == Entry.Kind.REGISTRATION);
            }
        }
    }

    Guest guest() {
        return session.guest().guest();
    }

    Session session() {
        return session;
    }

    LineController controller() {
        return controller;
    }

    JitDylibs dylibs() {
        return dylibs;
    }

    ThreadLocals threadLocals() {
        return threadLocals;
    }

    /** The handle of the dylib that the runtime itself belongs to. */
    ExecutorAddress handle() {
        return handle;
    }

    void bootstrap(ExecutorAddress platformHandle) {
        handle = platformHandle;
    }

    WrapperFunction wrapper(Entry entry) {
        return services.of(entry);
    }

    long call(Entry entry, Registers registers) {
        return functions.call(entry, registers);
    }

    /**
     * {@code __orc_rt_elfnix_run_program}: opens a dylib, calls a function in it as {@code main},
     * and closes it.
     *
     * @throws DylibException if it cannot be opened, has no such function, or ends the guest
     */
    int runProgram(String dylib, String entryPoint, List<String> arguments) throws DylibException {
        ExecutorAddress opened = dylibs.open(dylib);
        try {
            return callMain(dylibs.find(opened, entryPoint), arguments);
        } finally {
            dylibs.close(opened);
        }
    }

    private int callMain(ExecutorAddress function, List<String> arguments) throws DylibException {
        try {
            CallOutcome<Integer> outcome = session.guest().calls().callMain(function, arguments);
            if (outcome.isGone()) {
                throw new DylibException("the guest " + outcome.end().orElseThrow().describe());
            }
            return outcome.value();
        } catch (NoCodeException e) {
            throw new DylibException(e.getMessage(), e);
        }
    }

    /** The thunks go. */
    void close() throws ActionFailedException {
        for (Entry entry : Entry.ALL) {
            session.withdraw(Layout.address(anchor, entry));
        }
        functions.close();
        try {
            threadLocals.close();
        } catch (HostCallException e) {
            throw new ActionFailedException(e.getMessage());
        }
    }
}
