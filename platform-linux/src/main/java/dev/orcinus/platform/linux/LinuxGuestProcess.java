package dev.orcinus.platform.linux;

import dev.orcinus.bindings.linux.Cxxabi;
import dev.orcinus.bindings.linux.Stdio;
import dev.orcinus.bindings.linux.Stdlib;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;

/** This process, as guest code uses it. */
final class LinuxGuestProcess implements GuestProcess {
    private final SignalStacks signalStacks;

    LinuxGuestProcess(GuestMemory memory, Thunks thunks) {
        signalStacks = new SignalStacks(memory, new FaultHandlers(memory, thunks));
    }

    @Override
    public void flushStdio() {
        Stdio.fflush(0);
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
