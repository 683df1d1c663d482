package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxFcntl.F_DUPFD_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;

import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;

/**
 * Opens files of ours in a guest, under descriptors that guest code does not get for its own files
 * by chance. It may close them all the same.
 */
public final class GuestDescriptor {
    private static final int LOWEST = 190;

    private GuestDescriptor() {}

    /**
     * Opens a file, and returns its descriptor, which is closed on exec.
     *
     * @param access whether the file is read or written
     */
    public static int open(NativeThread thread, String path, int access) throws HostCallException {
        try (ThreadScratch scratch = thread.scratch()) {
            int low = (int) thread.call(Libc.OPEN, scratch.put(path).value(), access | O_CLOEXEC);
            if (low < 0) {
                throw Failure.of("open(" + path + ") in the guest", thread.errno());
            }
            int high = (int) thread.call(Libc.FCNTL, low, F_DUPFD_CLOEXEC, LOWEST);
            if (high < 0) {
                return low;
            }
            thread.call(Libc.CLOSE, low);
            return high;
        }
    }
}
