package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;

/** A guest process, as guest code uses it: its heap, its threads, its end. */
final class ProcessControl implements GuestProcess {
    private static final int STANDARD_ERROR = 2;

    /** So many characters fit into a thread's scratch area. */
    private static final int LINE_CHARS = 2048;

    private static final Ahead NOTHING = () -> {};

    private final NativeGuest guest;
    private final AtomicReference<Ahead> ahead;

    /**
     * The control of a guest.
     *
     * @param ahead is run once, on the first Java thread that has the guest's first thread, before
     *     that has work; may end with the guest, or fail as the work would, which is ignored
     */
    ProcessControl(NativeGuest guest, Ahead ahead) {
        this.guest = guest;
        this.ahead = new AtomicReference<>(ahead);
    }

    /** What is done before there is work. */
    @FunctionalInterface
    interface Ahead {
        /** Does it. */
        void prepare() throws HostCallException;
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
        var _ = // not code of a user, but it may wait for a reader
                guest.threads()
                        .on(
                                Use.LIBRARY_CODE,
                                thread -> thread.callGuestCode(thread.address(Libc.FFLUSH), 0));
    }

    @Override
    public void printError(String text) {
        for (int at = 0; at < text.length(); at += LINE_CHARS) {
            String part = text.substring(at, Math.min(text.length(), at + LINE_CHARS));
            guest.threads().on(Use.SERVICE, thread -> printError(thread, part));
        }
    }

    private static long printError(NativeThread thread, String text) {
        try (ThreadScratch scratch = thread.scratch()) {
            byte[] bytes = text.getBytes(UTF_8);
            long at = scratch.put(MemorySegment.ofArray(bytes)).value();
            return thread.call(Libc.WRITE, STANDARD_ERROR, at, bytes.length);
        }
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
        PreparedThread main = guest.threads().prepareMain();
        Ahead first = ahead.getAndSet(NOTHING);
        try {
            first.prepare();
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            // the first work finds that out, too; nobody would give the first thread back
        }
        return main;
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
