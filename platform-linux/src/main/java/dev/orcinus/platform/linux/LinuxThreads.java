package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxSignal.SS_DISABLE;
import static dev.orcinus.bindings.linux.LinuxSignal.StackT.SS_FLAGS;
import static dev.orcinus.bindings.linux.LinuxSignal.StackT.SS_SIZE;
import static dev.orcinus.bindings.linux.LinuxSignal.StackT.SS_SP;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxSignal;
import dev.orcinus.bindings.linux.LinuxThread;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.posix.SignalStacks.ThreadSystem;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Threads and their signal stacks, under Linux. */
record LinuxThreads(FaultHandlers faultHandlers) implements ThreadSystem {
    @Override
    public void prepareHandlers() throws HostCallException {
        faultHandlers.install();
    }

    @Override
    public void setSignalStack(AddressRange stack) throws HostCallException {
        set(stack, 0);
    }

    @Override
    public void removeSignalStack(AddressRange stack) throws HostCallException {
        set(stack, SS_DISABLE);
    }

    private static void set(AddressRange stack, int flags) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            MemorySegment description = arena.allocate(LinuxSignal.StackT.SIZEOF, Long.BYTES);
            description.set(JAVA_LONG, SS_SP, stack.start().value());
            description.set(JAVA_INT, SS_FLAGS, flags);
            description.set(JAVA_LONG, SS_SIZE, stack.sizeBytes());
            if (Signal.sigaltstack(state, description, MemorySegment.NULL) != 0) {
                throw Failure.of("sigaltstack(" + stack + ", " + flags + ")", state);
            }
        }
    }

    @Override
    public long currentThread() {
        return LinuxThread.gettid();
    }

    @Override
    public boolean hasThread(long id) {
        return Files.exists(Path.of("/proc/self/task", Long.toString(id)));
    }
}
