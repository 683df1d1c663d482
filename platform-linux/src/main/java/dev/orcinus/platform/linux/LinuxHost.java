package dev.orcinus.platform.linux;

import dev.orcinus.platform.linux.channels.LinuxDescriptors;
import dev.orcinus.platform.posix.ExportTable;
import dev.orcinus.platform.posix.PosixGuest;
import dev.orcinus.platform.posix.PosixGuestProcess;
import dev.orcinus.platform.posix.PosixHost;
import dev.orcinus.platform.posix.PosixInvoker;
import dev.orcinus.platform.posix.ProgramStack;
import dev.orcinus.platform.posix.SignalStacks;
import dev.orcinus.platform.posix.Thunks;
import dev.orcinus.platform.posix.channels.PosixChannels;
import dev.orcinus.platform.spi.guest.InProcessGuest;

/** The services of Linux, and the guest in this process. */
final class LinuxHost extends PosixHost {
    private final Processor processor;

    LinuxHost(Processor processor) {
        super(new PosixChannels(new LinuxDescriptors()), new LinuxProcess());
        this.processor = processor;
    }

    @Override
    protected InProcessGuest makeGuest() {
        LinuxMemory memory = new LinuxMemory(processor);
        LinuxLibraries libraries = new LinuxLibraries(processor);
        Thunks thunks = processor.thunks();
        PosixInvoker invoker = new PosixInvoker(memory, thunks, new ProgramStack());
        return new PosixGuest(
                processor.triple(),
                memory,
                libraries,
                invoker,
                new ExportTable(memory, thunks),
                new LinuxUnwinder(),
                new LinuxThreadLocals(
                        libraries,
                        new OwnLibraries(libraries, processor),
                        memory,
                        invoker,
                        processor),
                new LinuxDebugger(libraries, processor),
                new PosixGuestProcess(
                        new SignalStacks(
                                memory, new LinuxThreads(new FaultHandlers(memory, processor)))));
    }
}
