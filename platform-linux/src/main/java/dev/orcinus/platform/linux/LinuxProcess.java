package dev.orcinus.platform.linux;

import dev.orcinus.bindings.linux.Cxxabi;
import dev.orcinus.bindings.linux.Stdio;
import dev.orcinus.bindings.linux.Stdlib;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.host.HostProcess;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process. */
final class LinuxProcess implements HostProcess {
    private final SignalStacks signalStacks;

    LinuxProcess(GuestMemory memory, Thunks thunks) {
        signalStacks = new SignalStacks(memory, new FaultHandlers(memory, thunks));
    }

    @Override
    public long pid() {
        return Unistd.getpid();
    }

    @Override
    public int uid() {
        return Unistd.getuid();
    }

    @Override
    public boolean isTerminal(int descriptor) {
        return Unistd.isatty(descriptor) == 1;
    }

    @Override
    public void flushStdio() {
        Stdio.fflush(0);
    }

    @Override
    public AutoCloseable prepareGuestThread() throws HostCallException {
        return signalStacks.enter();
    }

    @Override
    public long currentThreadId() {
        return Unistd.gettid();
    }

    @Override
    public boolean hasThread(long threadId) {
        return Files.exists(Path.of("/proc/self/task", Long.toString(threadId)));
    }

    @Override
    public void atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle) {
        if (Cxxabi.__cxa_atexit(function.value(), argument.value(), dsoHandle.value()) != 0) {
            throw new OutOfMemoryError("__cxa_atexit failed");
        }
    }

    @Override
    public void runAtExits(ExecutorAddress dsoHandle) {
        if (dsoHandle.isNull()) {
            throw new IllegalArgumentException("a null handle would run the whole process's");
        }
        Cxxabi.__cxa_finalize(dsoHandle.value());
    }

    @Override
    public void exit(int status) {
        Stdlib.exit(status);
    }

    @Override
    public void abort() {
        Stdlib.abort();
    }

    @Override
    public void exitNow(int status) {
        Unistd._exit(status);
    }
}
