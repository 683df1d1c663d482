package dev.orcinus.platform.linux.guestprocess.calls;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_FIXED_NOREPLACE;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.threads.GuestDescriptor;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Maps memory into a guest and this process at the same address. The guest keeps a mapping until no
 * call runs that may know it. Its lock guards the mappings that are to go.
 */
final class SharedMappings {
    /** Addresses that programs, libraries and heaps leave free on both processors. */
    private static final long WINDOW_START = 1L << 37;

    private static final long WINDOW_BYTES = 1L << 38;
    private static final long STEP_BYTES = 1L << 21;
    private static final int ATTEMPTS = 32;
    private static final int ACCESS = PROT_READ | PROT_WRITE;
    private static final int FLAGS = MAP_SHARED | MAP_FIXED_NOREPLACE;

    private final NativeGuest guest;
    private final SharedSegments segments;
    private final SplittableRandom random = new SplittableRandom();
    private final List<AddressRange> leaving = new ArrayList<>();

    SharedMappings(NativeGuest guest, SharedSegments segments) {
        this.guest = guest;
        this.segments = segments;
    }

    /** Maps memory for as long as an arena lives, whole pages. */
    MemorySegment map(long sizeBytes, Arena arena) throws HostCallException {
        unmapLeaving();
        try (SharedFile file = SharedFile.create("orcinus-shared", sizeBytes)) {
            long start = map(file, sizeBytes);
            MemorySegment shared =
                    NativeMemory.view(start, sizeBytes, arena, _ -> unmap(start, sizeBytes));
            segments.add(shared);
            return shared;
        }
    }

    private long map(SharedFile file, long sizeBytes) throws HostCallException {
        for (int i = 0; i < ATTEMPTS; i++) {
            long start = WINDOW_START + random.nextLong(WINDOW_BYTES / STEP_BYTES) * STEP_BYTES;
            if (mapHere(file, start, sizeBytes)) {
                if (mapThere(file, start, sizeBytes)) {
                    return start;
                }
                SysMman.munmap(ErrnoState.IGNORED, start, sizeBytes);
            }
        }
        throw new HostCallException(
                "mmap(0x" + Long.toHexString(sizeBytes) + ")",
                Errno.ENOMEM,
                "there is no address that is free in this process and in the guest");
    }

    /** Returns whether the place was free. */
    private static boolean mapHere(SharedFile file, long start, long sizeBytes)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            long at = SysMman.mmap(state, start, sizeBytes, ACCESS, FLAGS, file.fd(), 0);
            if (at == MAP_FAILED && state.errno() != Errno.EEXIST) {
                throw Failure.of("mmap(shared memory)", state);
            }
            return at == start;
        }
    }

    private boolean mapThere(SharedFile file, long start, long sizeBytes) throws HostCallException {
        int errno = guest.threads().on(Use.SERVICE, thread -> map(thread, file, start, sizeBytes));
        if (errno != 0 && errno != Errno.EEXIST) {
            SysMman.munmap(ErrnoState.IGNORED, start, sizeBytes);
            throw Failure.of("mmap(shared memory) in the guest", errno);
        }
        return errno == 0;
    }

    /** Returns the error number, or 0. */
    private static int map(NativeThread thread, SharedFile file, long start, long sizeBytes) {
        try {
            int fd = GuestDescriptor.openLow(thread, file, O_RDWR);
            long at = thread.call(Libc.MMAP, start, sizeBytes, ACCESS, FLAGS, fd, 0);
            int errno = at == MAP_FAILED ? thread.errno() : 0;
            thread.call(Libc.CLOSE, fd);
            return errno;
        } catch (HostCallException e) {
            return e.errno();
        }
    }

    private void unmap(long start, long sizeBytes) {
        AddressRange range = AddressRange.of(new ExecutorAddress(start), sizeBytes);
        segments.remove(start);
        SysMman.munmap(ErrnoState.IGNORED, start, sizeBytes);
        synchronized (leaving) {
            leaving.add(range);
        }
        unmapLeaving();
    }

    /** Unmaps what has been closed, if no call runs. */
    private void unmapLeaving() {
        try {
            guest.threads().whileQuiet(main -> unmap(main));
        } catch (GuestGoneException gone) {
            forgetLeaving();
        }
    }

    private Boolean unmap(NativeThread main) {
        for (AddressRange range : forgetLeaving()) {
            main.call(Libc.MUNMAP, range.start().value(), range.sizeBytes());
        }
        return true;
    }

    private List<AddressRange> forgetLeaving() {
        synchronized (leaving) {
            List<AddressRange> all = List.copyOf(leaving);
            leaving.clear();
            return all;
        }
    }
}
