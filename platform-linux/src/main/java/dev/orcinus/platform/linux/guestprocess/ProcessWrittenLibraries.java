package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxMman.MFD_CLOEXEC;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryFile;
import dev.orcinus.platform.linux.StaticRoom;
import dev.orcinus.platform.linux.ThreadExitLibrary;
import dev.orcinus.platform.linux.WrittenLibraries;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.threads.GuestDescriptor;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Written libraries in a guest process, which has their files in its memory. */
final class ProcessWrittenLibraries implements WrittenLibraries {
    private static final int CHUNK_BYTES = 8 << 10;

    private final NativeGuest guest;
    private final ProcessLibraries libraries;
    private final boolean hasRoom;
    private ExecutorAddress threadExit = ExecutorAddress.NULL;

    /**
     * Written libraries.
     *
     * @param hasRoom whether the environment has the setting that gives room
     */
    ProcessWrittenLibraries(NativeGuest guest, ProcessLibraries libraries, boolean hasRoom) {
        this.guest = guest;
        this.hasRoom = hasRoom;
        this.libraries = libraries;
    }

    @Override
    public ExecutorAddress open(String name, byte[] content, int mode) throws HostCallException {
        return open(name, content, mode, Use.LIBRARY_CODE);
    }

    /** Opens a library with a content; the code that runs then is of a kind. */
    ExecutorAddress open(String name, byte[] content, int mode, Use use) throws HostCallException {
        int fd = guest.threads().on(Use.SERVICE, thread -> write(thread, name, content));
        if (fd < 0) {
            throw Failure.of("memfd_create(" + name + ") in the guest", -fd);
        }
        try {
            String folder =
                    "/proc/" + guest.pid() + "/fd/"; // GDB opens the path in its own process
            return libraries.open(MemoryFile.uniquePath(folder, fd), mode, use);
        } finally {
            guest.threads().on(Use.SERVICE, thread -> thread.call(Libc.CLOSE, fd));
        }
    }

    ExecutorAddress process() {
        return libraries.process();
    }

    void close(ExecutorAddress handle) throws HostCallException {
        libraries.close(handle);
    }

    /** Returns the descriptor of a file with that content, or the negative error number. */
    private static int write(NativeThread thread, String name, byte[] content) {
        int fd;
        try (ThreadScratch scratch = thread.scratch()) {
            long text = scratch.put(name).value();
            fd = (int) thread.call(Libc.MEMFD_CREATE, text, MFD_CLOEXEC);
        }
        if (fd < 0) {
            return -thread.errno();
        }
        fd = GuestDescriptor.raise(thread, fd);
        int done = 0;
        while (done < content.length) {
            try (ThreadScratch scratch = thread.scratch()) {
                int size = Math.min(CHUNK_BYTES, content.length - done);
                MemorySegment part = MemorySegment.ofArray(content).asSlice(done, size);
                long at = scratch.put(part).value();
                int written = (int) thread.call(Libc.WRITE, fd, at, size);
                if (written < 0) {
                    int errno = thread.errno();
                    thread.call(Libc.CLOSE, fd);
                    return -errno;
                }
                done += written;
            }
        }
        return fd;
    }

    @Override
    public MemorySegment read(ExecutorAddress start, long sizeBytes) {
        MemorySegment copy = MemorySegment.ofArray(new long[(int) (sizeBytes / Long.BYTES)]);
        if (!guest.memory().read(start, copy)) {
            throw new IllegalStateException("the guest's library at " + start + " is not readable");
        }
        return copy;
    }

    @Override
    public synchronized ExecutorAddress threadExit() throws HostCallException {
        if (threadExit.isNull()) {
            byte[] content = ThreadExitLibrary.write(guest.processor());
            threadExit = open("orcinus-thread-exit", content, RTLD_NOW);
        }
        return threadExit;
    }

    @Override
    public synchronized Runnable state() {
        ExecutorAddress known = threadExit;
        return () -> setThreadExit(known);
    }

    private synchronized void setThreadExit(ExecutorAddress known) {
        threadExit = known;
    }

    @Override
    public void tidyEnvironment() {
        if (!hasRoom) {
            return;
        }
        String value = System.getenv(StaticRoom.VARIABLE);
        Optional<String> before =
                value == null || !value.endsWith(StaticRoom.SETTING)
                        ? Optional.ofNullable(value)
                        : StaticRoom.before(value);
        guest.threads().on(Use.SERVICE, thread -> set(thread, before));
    }

    private static long set(NativeThread thread, Optional<String> value) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put(StaticRoom.VARIABLE).value();
            return value.isPresent()
                    ? thread.call(Libc.SETENV, name, scratch.put(value.get()).value(), 1)
                    : thread.call(Libc.UNSETENV, name);
        }
    }
}
