package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxFcntl.F_DUPFD_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;

import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.spi.HostCallException;

/**
 * Opens files of ours in a guest, under descriptors that guest code does not get for its own files
 * by chance. It may close them all the same.
 */
public final class GuestDescriptor {
    private static final int LOWEST = 190;

    private GuestDescriptor() {}

    /**
     * Opens a file of this process, and returns its descriptor, which is closed on exec and high.
     *
     * @param access whether the file is read or written
     */
    public static int open(NativeThread thread, SharedFile file, int access)
            throws HostCallException {
        int low = openLow(thread, file, access);
        int high = copyAbove(thread, low);
        if (high != low) { // before guest code runs
            thread.guest().pending().add(thread.address(Libc.CLOSE), low);
        }
        return high;
    }

    /** Opens a file as {@link #open} does, under the lowest descriptor that is free. */
    public static int openLow(NativeThread thread, SharedFile file, int access)
            throws HostCallException {
        DescriptorLine line = thread.guest().descriptors();
        if (line.isOpen()) {
            return line.pass(thread, file.fd());
        }
        try (ThreadScratch scratch = thread.scratch()) {
            String path = file.path();
            int low = (int) thread.call(Libc.OPEN, scratch.put(path).value(), access | O_CLOEXEC);
            if (low < 0) {
                throw Failure.of("open(" + path + ") in the guest", thread.errno());
            }
            return low;
        }
    }

    /**
     * Moves a descriptor above those of guest code, and above those of a debugger: one takes {@code
     * /proc/self/fd/N} for a file of its own, and would wait for input if N were a pipe there.
     */
    public static int raise(NativeThread thread, int low) {
        int high = copyAbove(thread, low);
        if (high != low) {
            thread.call(Libc.CLOSE, low);
        }
        return high;
    }

    /** Returns a copy above those, or the descriptor itself if there can be none. */
    private static int copyAbove(NativeThread thread, int low) {
        int high = (int) thread.call(Libc.FCNTL, low, F_DUPFD_CLOEXEC, LOWEST);
        return high < 0 ? low : high;
    }
}
