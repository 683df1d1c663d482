package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;

/** A guest process, as guest code uses it: its heap, its threads, its end. */
final class ProcessControl implements GuestProcess {
    private final NativeGuest guest;

    ProcessControl(NativeGuest guest) {
        this.guest = guest;
    }

    private long call(Use use, Libc function, long... arguments) {
        return guest.threads().on(use, thread -> thread.call(function, arguments));
    }

    @Override
    public long pid() {
        return guest.pid();
    }

    @Override
    public void flushStdio() {
        call(Use.GUEST_CODE, Libc.FFLUSH, 0); // it may wait for a reader
    }

    @Override
    public ExecutorAddress allocate(long sizeBytes) {
        long address = call(Use.SERVICE, Libc.MALLOC, sizeBytes);
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + sizeBytes + ") failed in the guest");
        }
        return new ExecutorAddress(address);
    }

    @Override
    public void free(ExecutorAddress memory) {
        call(Use.SERVICE, Libc.FREE, memory.value());
    }

    @Override
    public PreparedThread prepareThread() throws HostCallException {
        return guest.threads().prepare();
    }

    @Override
    public PreparedThread prepareMainThread() throws HostCallException {
        return guest.threads().prepareMain();
    }

    @Override
    public void atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle) {
        long failed =
                call(
                        Use.SERVICE,
                        Libc.__CXA_ATEXIT,
                        function.value(),
                        argument.value(),
                        dsoHandle.value());
        if ((int) failed != 0) {
            throw new OutOfMemoryError("__cxa_atexit failed in the guest");
        }
    }

    @Override
    public void exit(int status) {
        end(Libc.EXIT, status);
    }

    @Override
    public void abort() {
        end(Libc.ABORT, 0);
    }

    private void end(Libc function, int status) {
        try {
            call(Use.GUEST_CODE, function, status);
        } catch (GuestGoneException expected) {
            // it has ended
        }
    }
}
