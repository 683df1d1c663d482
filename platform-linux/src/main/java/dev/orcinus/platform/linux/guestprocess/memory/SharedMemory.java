package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_FIXED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.SharedObjects;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.threads.GuestDescriptor;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The shared-memory objects that a guest has mapped. They stay open here, because their names are
 * soon gone: a copy of the guest that was made before an object maps it when it takes the guest's
 * place. Its lock guards them.
 */
final class SharedMemory implements AutoCloseable {
    /** So many objects of a guest stay open in any case. */
    private static final int ALWAYS_OPEN = 64;

    /** The share of this process's descriptors that one guest may have, lest it takes all. */
    private static final int SHARE = 8;

    private final List<Mapped> open = new ArrayList<>();

    /**
     * An object that is open.
     *
     * @param here where this process has mapped it
     */
    private record Mapped(AddressRange here, SharedFile file) {
        boolean holds(MappedRange range) {
            return here.contains(new ExecutorAddress(range.mirror()));
        }
    }

    /** An object that is mapped on both sides. */
    record New(String name, MappedRange range) {}

    /** Makes an object of whole pages, and maps it here and in the guest. */
    New map(NativeThread thread, long sizeBytes) throws HostCallException {
        SharedObjects.OpenObject made = SharedObjects.open(sizeBytes);
        SharedMapping here = made.mapping();
        SharedFile file = null;
        try {
            file = new SharedFile(SharedFile.raise(made.fd()));
            long start = map(thread, file, 0, sizeBytes, 0, 0);
            AddressRange there = AddressRange.of(new ExecutorAddress(start), sizeBytes);
            keep(new Mapped(here.range(), file));
            long mirror = here.range().start().value();
            return new New(here.name(), new MappedRange(there, mirror, -1, new BitSet()));
        } catch (HostCallException e) {
            if (file != null) {
                file.close();
            }
            SysMman.munmap(ErrnoState.IGNORED, here.range().start().value(), sizeBytes);
            SharedObjects.unlink(here.name());
            throw e;
        }
    }

    private synchronized void keep(Mapped object) {
        if (open.size() < ALWAYS_OPEN || open.size() < mostOpen()) {
            open.add(object);
        } else {
            object.file.close();
        }
    }

    private static long mostOpen() {
        return Math.max(ALWAYS_OPEN, ProcessLimits.openFiles() / SHARE);
    }

    /** Maps a part of a range where the guest has had it. */
    void mapAgain(NativeThread thread, MappedRange range, AddressRange part)
            throws HostCallException {
        Mapped object =
                find(range)
                        .orElseThrow(
                                () ->
                                        new HostCallException(
                                                "mmap",
                                                0,
                                                "of the memory that is shared with the controller"
                                                        + " only "
                                                        + mostOpen()
                                                        + " objects can come back; a higher limit"
                                                        + " of open files (ulimit -n) would do"));
        long offset = range.mirrorOf(part.start()) - object.here.start().value();
        map(thread, object.file, part.start().value(), part.sizeBytes(), MAP_FIXED, offset);
    }

    private synchronized Optional<Mapped> find(MappedRange range) {
        return open.stream().filter(object -> object.holds(range)).findFirst();
    }

    private static long map(
            NativeThread thread,
            SharedFile file,
            long place,
            long sizeBytes,
            int placing,
            long offset)
            throws HostCallException {
        int fd = GuestDescriptor.openLow(thread, file, O_RDWR);
        int access = PROT_READ | PROT_WRITE;
        int flags = MAP_SHARED | placing;
        long start = thread.call(Libc.MMAP, place, sizeBytes, access, flags, fd, offset);
        int errno = thread.errno();
        thread.call(Libc.CLOSE, fd);
        if (start == MAP_FAILED) {
            throw Failure.of("mmap(shared memory) in the guest", errno);
        }
        return start;
    }

    /** Notes that a range is no longer mapped. */
    synchronized void unmapped(MappedRange range) {
        for (Mapped object : List.copyOf(open)) {
            if (object.holds(range) && object.here.sizeBytes() == range.guest().sizeBytes()) {
                open.remove(object);
                object.file.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        open.forEach(object -> object.file.close());
        open.clear();
    }
}
