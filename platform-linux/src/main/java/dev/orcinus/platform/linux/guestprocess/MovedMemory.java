package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_ANONYMOUS;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/** Memory of a guest process that is moved to another place and back, with all that is in it. */
final class MovedMemory {
    private static final int PROT_NONE = 0;
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MREMAP_FIXED = 2;

    private final NativeGuest guest;
    private final AddressRange range;
    private final List<AddressRange> mappings;
    private long distance;
    private boolean isAside;

    /**
     * The memory in a range.
     *
     * @param maps the process's present mappings
     */
    MovedMemory(NativeGuest guest, MemoryMaps maps, AddressRange range) {
        this.guest = guest;
        this.range = range;
        this.mappings = maps.within(range);
    }

    /** Moves the memory to any other place, and leaves its own place free. */
    void moveAside() throws HostCallException {
        isAside = true;
        distance = placeOutside() - range.start().value();
        for (AddressRange mapping : mappings) {
            move(mapping.start().value(), mapping.sizeBytes(), distance);
        }
    }

    /** Takes a place that shares nothing with the range, which has free parts. */
    private long placeOutside() throws HostCallException {
        long first = place();
        if (!AddressRange.of(new ExecutorAddress(first), range.sizeBytes()).overlaps(range)) {
            return first;
        }
        long second = place();
        call(Libc.MUNMAP, first, range.sizeBytes());
        return second;
    }

    private long place() throws HostCallException {
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        return call(Libc.MMAP, 0, range.sizeBytes(), PROT_NONE, flags, -1, 0);
    }

    /** Moves the memory back, over whatever is there, unless that has been done. */
    void moveBack() throws HostCallException {
        if (!isAside) {
            return;
        }
        isAside = false;
        for (AddressRange mapping : mappings) {
            move(mapping.start().value() + distance, mapping.sizeBytes(), -distance);
        }
        call(Libc.MUNMAP, range.start().value() + distance, range.sizeBytes());
    }

    private void move(long start, long size, long by) throws HostCallException {
        call(Libc.MREMAP, start, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, start + by);
    }

    private long call(Libc function, long... arguments) throws HostCallException {
        int[] errno = new int[1];
        long result =
                guest.threads()
                        .on(
                                Use.SERVICE,
                                thread -> {
                                    long value = thread.call(function, arguments);
                                    errno[0] = value == MAP_FAILED ? thread.errno() : 0;
                                    return value;
                                });
        if (result == MAP_FAILED) {
            throw Failure.of(function + " in the guest", errno[0]);
        }
        return result;
    }
}
