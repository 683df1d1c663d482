package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.threads.GuestDescriptor;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The file with the content of all ranges of a guest. A place in it is given out once only: a
 * paused copy of the guest may still look at it. The guest has the file open under a high
 * descriptor, which guest code may close. Its lock guards it.
 */
final class ContentFile implements AutoCloseable {
    /** Room for 64 TiB, half of the address space. */
    private static final long SIZE_BYTES = 1L << 46;

    private final SharedFile file;
    private final List<long[]> waiting = new ArrayList<>();
    private int holds;
    private long used;
    private int descriptorInGuest = -1;

    ContentFile() throws HostCallException {
        file = SharedFile.create("orcinus-guest-memory", SIZE_BYTES);
    }

    /** Maps a part of the file here, and returns its address. */
    long map(long size, long offset) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int flags = MAP_SHARED | MAP_NORESERVE;
            int access = PROT_READ | PROT_WRITE;
            long start = SysMman.mmap(state, 0, size, access, flags, file.fd(), offset);
            if (start == MAP_FAILED) {
                throw Failure.of("mmap(size=0x" + Long.toHexString(size) + ")", state);
            }
            return start;
        }
    }

    /** Unmaps a range here, and gives its memory back. */
    void unmap(MappedRange range) {
        unmapMirror(range);
        if (range.isInFile()) {
            try {
                clear(range.fileOffset(), range.guest().sizeBytes());
            } catch (HostCallException kept) {
                // its memory is given back when the guest ends
            }
        }
    }

    /** Unmaps a range here. */
    static void unmapMirror(MappedRange range) {
        SysMman.munmap(ErrnoState.IGNORED, range.mirror(), range.guest().sizeBytes());
    }

    /** Gives out the next place of that size; throws ENOMEM if there is none. */
    synchronized long take(long sizeBytes) throws HostCallException {
        if (Long.compareUnsigned(sizeBytes, SIZE_BYTES - used) > 0) {
            throw Failure.of("mmap(size=0x" + Long.toHexString(sizeBytes) + ")", Errno.ENOMEM);
        }
        long place = used;
        used += sizeBytes;
        return place;
    }

    /** Returns the guest's descriptor, which is opened when it is first needed. */
    synchronized int descriptorIn(NativeThread thread) throws HostCallException {
        if (descriptorInGuest < 0) {
            descriptorInGuest = GuestDescriptor.open(thread, file.path(), O_RDWR);
        }
        return descriptorInGuest;
    }

    /** Closes the guest's descriptor: nothing of ours is open in it then. */
    synchronized void closeIn(NativeThread thread) {
        if (descriptorInGuest >= 0) {
            thread.call(Libc.CLOSE, descriptorInGuest);
            descriptorInGuest = -1;
        }
    }

    /**
     * Gives the memory of a place back; not yet, if copies of the guest may still look at it.
     *
     * @return whether it has been done
     */
    synchronized boolean clear(long offset, long sizeBytes) throws HostCallException {
        if (holds > 0) {
            waiting.add(new long[] {offset, sizeBytes});
            return false;
        }
        file.clear(offset, sizeBytes);
        return true;
    }

    /** Keeps all memory until it is let go as often. */
    synchronized void hold() {
        holds++;
    }

    /** Lets the memory go that is to be given back, when nobody holds it any more. */
    synchronized void letGo() {
        holds--;
        if (holds == 0) {
            for (long[] place : waiting) {
                clearQuietly(place[0], place[1]);
            }
            waiting.clear();
        }
    }

    private void clearQuietly(long offset, long sizeBytes) {
        try {
            file.clear(offset, sizeBytes);
        } catch (HostCallException kept) {
            // its memory is given back when the guest ends
        }
    }

    /**
     * Forgets which of the places in front of one were to be given back: the guest has them again.
     */
    synchronized void keepBefore(long end) {
        waiting.removeIf(place -> place[0] < end);
    }

    /** Returns the end of the places that have been given out. */
    synchronized long end() {
        return used;
    }

    /** Returns the guest's descriptor; negative if it has none. */
    synchronized int descriptor() {
        return descriptorInGuest;
    }

    /** Sets the descriptor that the guest has again. */
    synchronized void setDescriptor(int fd) {
        descriptorInGuest = fd;
    }

    @Override
    public void close() {
        file.close();
    }
}
