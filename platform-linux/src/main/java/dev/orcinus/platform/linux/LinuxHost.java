package dev.orcinus.platform.linux;

import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCalls;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostProcess;

/** The services of Linux. Each takes what it needs from the OS at its first use. */
final class LinuxHost implements Host {
    private final Processor processor;
    private final LinuxMemory memory;
    private final LinuxLibraries libraries;
    private final LinuxCalls calls;
    private final LinuxUnwinder unwinder = new LinuxUnwinder();
    private final LinuxThreadLocals threadLocals;
    private final LinuxDebugger debugger;
    private final LinuxChannels channels = new LinuxChannels();
    private final LinuxProcess process;

    LinuxHost(Processor processor) {
        this.processor = processor;
        memory = new LinuxMemory(processor);
        libraries = new LinuxLibraries(processor);
        Thunks thunks = processor.thunks();
        calls = new LinuxCalls(memory, thunks);
        threadLocals = new LinuxThreadLocals(libraries, processor);
        debugger = new LinuxDebugger(libraries, processor);
        process = new LinuxProcess(memory, thunks);
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
    public HostCalls calls() {
        return calls;
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
    public HostChannels channels() {
        return channels;
    }

    @Override
    public HostProcess process() {
        return process;
    }
}
