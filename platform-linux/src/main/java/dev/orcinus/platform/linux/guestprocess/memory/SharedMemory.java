package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;

/** Maps shared-memory objects in a guest. It has no state. */
final class SharedMemory {
    private SharedMemory() {}

    /** Maps an object that this process has mapped. */
    static AddressRange map(NativeThread thread, SharedMapping here) throws HostCallException {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put(here.name()).value();
            int fd = (int) thread.call(Libc.SHM_OPEN, name, O_RDWR, 0);
            if (fd < 0) {
                throw Failure.of("shm_open(" + here.name() + ") in the guest", thread.errno());
            }
            long size = here.range().sizeBytes();
            int access = PROT_READ | PROT_WRITE;
            long start = thread.call(Libc.MMAP, 0, size, access, MAP_SHARED, fd, 0);
            int errno = thread.errno();
            thread.call(Libc.CLOSE, fd);
            if (start == MAP_FAILED) {
                throw Failure.of("mmap(" + here.name() + ") in the guest", errno);
            }
            return AddressRange.of(new ExecutorAddress(start), size);
        }
    }
}
