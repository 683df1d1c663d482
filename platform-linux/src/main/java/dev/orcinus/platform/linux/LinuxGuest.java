package dev.orcinus.platform.linux;

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

/** The guest in this process, under Linux. Each part takes resources of the OS at its first use. */
final class LinuxGuest implements InProcessGuest {
    private final Processor processor;
    private final LinuxMemory memory;
    private final LinuxLibraries libraries;
    private final LinuxInvoker invoker;
    private final ExportTable exports;
    private final LinuxUnwinder unwinder = new LinuxUnwinder();
    private final LinuxThreadLocals threadLocals;
    private final LinuxDebugger debugger;
    private final LinuxGuestProcess process;

    LinuxGuest(Processor processor) {
        this.processor = processor;
        memory = new LinuxMemory(processor);
        libraries = new LinuxLibraries(processor);
        Thunks thunks = processor.thunks();
        invoker = new LinuxInvoker(memory, thunks);
        exports = new ExportTable(memory, thunks);
        threadLocals = new LinuxThreadLocals(libraries, memory, processor);
        debugger = new LinuxDebugger(libraries, processor);
        process = new LinuxGuestProcess(memory, thunks);
    }

    @Override
    public Triple triple() {
        return processor.triple();
    }

    @Override
    public GuestMemory memory() {
        return memory;
    }

    @Override
    public GuestLibraries libraries() {
        return libraries;
    }

    @Override
    public GuestInvoker invoker() {
        return invoker;
    }

    @Override
    public List<ExecutorAddress> export(List<ExportedFunction> functions) throws HostCallException {
        return exports.add(functions);
    }

    @Override
    public GuestUnwinder unwinder() {
        return unwinder;
    }

    @Override
    public GuestThreadLocals threadLocals() {
        return threadLocals;
    }

    @Override
    public GuestDebugger debugger() {
        return debugger;
    }

    @Override
    public GuestProcess process() {
        return process;
    }

    @Override
    public InProcessCalls inProcessCalls() {
        return new LinuxInProcessCalls();
    }
}
