package dev.orcinus.platform.posix;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import dev.orcinus.platform.spi.guest.InProcessCalls;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import java.util.List;

/**
 * The guest in this process. Each part takes resources of the OS at its first use.
 *
 * @param triple the triple of its code
 * @param memory its memory
 * @param libraries its libraries
 * @param invoker the calls into it
 * @param exports the functions written in Java that it can call
 * @param unwinder its unwinder
 * @param threadLocals its thread-local storage
 * @param debugger its debugger
 * @param process its process
 */
public record PosixGuest(
        Triple triple,
        GuestMemory memory,
        GuestLibraries libraries,
        GuestInvoker invoker,
        ExportTable exports,
        GuestUnwinder unwinder,
        GuestThreadLocals threadLocals,
        GuestDebugger debugger,
        GuestProcess process)
        implements InProcessGuest {
    @Override
    public List<ExecutorAddress> export(List<ExportedFunction> functions) throws HostCallException {
        return exports.add(functions);
    }

    @Override
    public InProcessCalls inProcessCalls() {
        return new PosixInProcessCalls();
    }
}
