package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.threads.GuestDescriptor;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The file with the content of all ranges of a guest. A place in it is given out once only: a
 * paused copy of the guest may still look at it. The guest has the file open under a high
 * descriptor, which guest code may close. Its lock guards it.
 */
final class ContentFile implements AutoCloseable {
    static final String NAME = "orcinus-guest-memory";

    /** Room for 64 TiB, half of the address space. */
    private static final long SIZE_BYTES = 1L << 46;

    private final SharedFile file;
    private final ContentWindows windows;
    private final List<Freed> waiting = new ArrayList<>();
    private final NavigableSet<Long> holds = new TreeSet<>();
    private long lastHold;
    private int descriptorInGuest = -1;

    /**
     * A place to be given back.
     *
     * @param lastHold the last hold that may look at it
     */
    private record Freed(long offset, long sizeBytes, long lastHold) {}

    ContentFile() throws HostCallException {
        file = SharedFile.create(NAME, SIZE_BYTES);
        windows = new ContentWindows(file);
    }

    /** Maps a place here, and returns its address. */
    long map(long size, long offset) throws HostCallException {
        return windows.map(size, offset);
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
    void unmapMirror(MappedRange range) {
        long size = range.guest().sizeBytes();
        if (range.isInFile()) {
            windows.unmap(size, range.fileOffset());
        } else {
            SysMman.munmap(ErrnoState.IGNORED, range.mirror(), size);
        }
    }

    /** Gives out the next place of that size; throws ENOMEM if there is none. */
    synchronized long take(long sizeBytes) throws HostCallException {
        if (Long.compareUnsigned(sizeBytes, SIZE_BYTES) > 0
                || windows.endAfter(sizeBytes) > SIZE_BYTES) {
            throw Failure.of("mmap(size=0x" + Long.toHexString(sizeBytes) + ")", Errno.ENOMEM);
        }
        return windows.take(sizeBytes);
    }

    /** Returns the guest's descriptor, which is opened when it is first needed. */
    synchronized int descriptorIn(NativeThread thread) throws HostCallException {
        if (descriptorInGuest < 0) {
            descriptorInGuest = GuestDescriptor.open(thread, file, O_RDWR);
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
        if (!holds.isEmpty()) {
            waiting.add(new Freed(offset, sizeBytes, lastHold));
            return false;
        }
        file.clear(offset, sizeBytes);
        return true;
    }

    /** Keeps the present memory until {@link #letGo}, to which the result is passed. */
    synchronized long hold() {
        lastHold++;
        holds.add(lastHold);
        return lastHold;
    }

    /** Lets the memory go that is to be given back, and that no older hold keeps. */
    synchronized void letGo(long hold) {
        holds.remove(hold);
        long oldest = holds.isEmpty() ? Long.MAX_VALUE : holds.first();
        for (Freed place : waiting) {
            if (place.lastHold < oldest) {
                clearQuietly(place.offset, place.sizeBytes);
            }
        }
        waiting.removeIf(place -> place.lastHold < oldest);
    }

    private void clearQuietly(long offset, long sizeBytes) {
        try {
            file.clear(offset, sizeBytes);
        } catch (HostCallException kept) {
            // its memory is given back when the guest ends
        }
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
        windows.close();
        file.close();
    }
}
