package dev.orcinus.platform.macos;

import dev.orcinus.platform.macos.channels.MacosDescriptors;
import dev.orcinus.platform.posix.ExportTable;
import dev.orcinus.platform.posix.PosixGuest;
import dev.orcinus.platform.posix.PosixGuestProcess;
import dev.orcinus.platform.posix.PosixHost;
import dev.orcinus.platform.posix.PosixInvoker;
import dev.orcinus.platform.posix.SignalStacks;
import dev.orcinus.platform.posix.Thunks;
import dev.orcinus.platform.posix.channels.PosixChannels;
import dev.orcinus.platform.spi.guest.InProcessGuest;

/** The services of macOS, and the guest in this process. */
final class MacosHost extends PosixHost {
    private final MacosProcessor processor;

    MacosHost(MacosProcessor processor) {
        super(new PosixChannels(new MacosDescriptors()), new MacosProcess());
        this.processor = processor;
    }

    @Override
    protected InProcessGuest makeGuest() {
        MacosMemory memory = new MacosMemory(processor);
        MacosLibraries libraries = new MacosLibraries();
        Thunks thunks = processor.thunks();
        return new PosixGuest(
                processor.triple(),
                memory,
                libraries,
                new PosixInvoker(memory, thunks, new MacosProgramStack()),
                new ExportTable(memory, thunks),
                new MacosUnwinder(),
                new MacosThreadLocals(memory, libraries, processor),
                new MacosDebugger(),
                new PosixGuestProcess(new SignalStacks(memory, new MacosThreads())));
    }
}
