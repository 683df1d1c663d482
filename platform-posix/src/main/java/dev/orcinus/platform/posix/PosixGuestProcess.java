package dev.orcinus.platform.posix;

import dev.orcinus.bindings.posix.Cxxabi;
import dev.orcinus.bindings.posix.Stdio;
import dev.orcinus.bindings.posix.Stdlib;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;

/** This process, as guest code uses it. */
public final class PosixGuestProcess implements GuestProcess {
    private final SignalStacks signalStacks;

    /**
     * Makes the process.
     *
     * @param signalStacks the signal stacks of its threads
     */
    public PosixGuestProcess(SignalStacks signalStacks) {
        this.signalStacks = signalStacks;
    }

    @Override
    public long pid() {
        return Unistd.getpid();
    }

    @Override
    public void flushStdio() {
        Stdio.fflush(0);
    }

    @Override
    public void printError(String text) {
        System.err.print(text);
    }

    @Override
    public ExecutorAddress allocate(long sizeBytes) {
        long address = Stdlib.malloc(sizeBytes);
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + sizeBytes + ") failed");
        }
        return new ExecutorAddress(address);
    }

    @Override
    public void free(ExecutorAddress memory) {
        Stdlib.free(memory.value());
    }

    @Override
    public PreparedThread prepareThread() throws HostCallException {
        return signalStacks.enter();
    }

    @Override
    public void atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle) {
        if (Cxxabi.__cxa_atexit(function.value(), argument.value(), dsoHandle.value()) != 0) {
            throw new OutOfMemoryError("__cxa_atexit failed");
        }
    }

    @Override
    public void exit(int status) {
        Stdlib.exit(status);
    }

    @Override
    public void abort() {
        Stdlib.abort();
    }
}
