package dev.orcinus.platform.macos;

import static dev.orcinus.bindings.macos.DarwinSignal.SS_DISABLE;
import static dev.orcinus.bindings.macos.DarwinSignal.StackT.SS_FLAGS;
import static dev.orcinus.bindings.macos.DarwinSignal.StackT.SS_SIZE;
import static dev.orcinus.bindings.macos.DarwinSignal.StackT.SS_SP;
import static dev.orcinus.bindings.macos.SysProcInfo.PROC_PIDTHREADID64INFO;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.macos.DarwinPthread;
import dev.orcinus.bindings.macos.DarwinSignal;
import dev.orcinus.bindings.macos.LibProc;
import dev.orcinus.bindings.macos.SysProcInfo.ThreadInfo;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.macos.errno.MacosErrors;
import dev.orcinus.platform.posix.SignalStacks.ThreadSystem;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Threads and their signal stacks, under macOS. HotSpot installs its handlers of {@code SIGSEGV}
 * and {@code SIGBUS} with {@code SA_ONSTACK} there, so they are left as they are. That a crash of
 * guest code is reported on standard output, as HotSpot does it, is left as well.
 */
record MacosThreads() implements ThreadSystem {
    private static final MacosErrors ERRORS = new MacosErrors();

    @Override
    public void prepareHandlers() {}

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
            MemorySegment description = arena.allocate(DarwinSignal.StackT.SIZEOF, Long.BYTES);
            description.set(JAVA_LONG, SS_SP, stack.start().value());
            description.set(JAVA_LONG, SS_SIZE, stack.sizeBytes());
            description.set(JAVA_INT, SS_FLAGS, flags);
            if (Signal.sigaltstack(state, description, MemorySegment.NULL) != 0) {
                throw ERRORS.failed("sigaltstack(" + stack + ", " + flags + ")", state);
            }
        }
    }

    @Override
    public long currentThread() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(JAVA_LONG);
            DarwinPthread.pthread_threadid_np(0, id);
            return id.get(JAVA_LONG, 0);
        }
    }

    @Override
    public boolean hasThread(long id) {
        try (Arena arena = Arena.ofConfined()) {
            int size = (int) ThreadInfo.SIZEOF;
            MemorySegment info = arena.allocate(size, Long.BYTES);
            return LibProc.proc_pidinfo(Unistd.getpid(), PROC_PIDTHREADID64INFO, id, info, size)
                    == size;
        }
    }
}
