package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.MAP_SHARED;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.util.TreeMap;

/**
 * The parts of a file that this process has mapped. A process may have some 65,000 mappings ({@code
 * vm.max_map_count}), and guests of a daemon could have that many ranges, so many ranges lie in one
 * window. Its lock guards it.
 */
final class ContentWindows implements AutoCloseable {
    static final long WINDOW_BYTES = 64 << 20;

    private final SharedFile file;
    private final TreeMap<Long, Window> windows = new TreeMap<>();
    private long end;

    /** A part of the file; places in it are given out from its start to its end. */
    private static final class Window {
        private final long start;
        private final long sizeBytes;
        private long used;
        private long mapped;
        private long address;

        Window(long start, long sizeBytes) {
            this.start = start;
            this.sizeBytes = sizeBytes;
        }

        boolean isFull(long more) {
            return more > sizeBytes - used;
        }
    }

    ContentWindows(SharedFile file) {
        this.file = file;
    }

    /** Gives out a place of the file that none has had before. */
    synchronized long take(long sizeBytes) {
        Window last = windows.isEmpty() ? null : windows.lastEntry().getValue();
        if (last == null || last.isFull(sizeBytes)) {
            last = new Window(end, Math.max(sizeBytes, WINDOW_BYTES));
            windows.put(end, last);
            end += last.sizeBytes;
            unmapUnused();
        }
        long place = last.start + last.used;
        last.used += sizeBytes;
        return place;
    }

    /** Returns how much of the file a place of a size would need. */
    synchronized long endAfter(long sizeBytes) {
        return end + Math.max(sizeBytes, WINDOW_BYTES);
    }

    /** Maps a place that has been given out, and returns its address. */
    synchronized long map(long sizeBytes, long place) throws HostCallException {
        Window window = windows.floorEntry(place).getValue();
        if (window.address == 0) {
            window.address = map(window);
        }
        window.mapped += sizeBytes;
        return window.address + (place - window.start);
    }

    private long map(Window window) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int flags = MAP_SHARED | MAP_NORESERVE;
            int access = PROT_READ | PROT_WRITE;
            long size = window.sizeBytes;
            long start = SysMman.mmap(state, 0, size, access, flags, file.fd(), window.start);
            if (start == MAP_FAILED) {
                throw Failure.of("mmap(size=0x" + Long.toHexString(size) + ")", state);
            }
            return start;
        }
    }

    /** Notes that a part of a place is no longer in use. */
    synchronized void unmap(long sizeBytes, long place) {
        windows.floorEntry(place).getValue().mapped -= sizeBytes;
        unmapUnused();
    }

    /** Unmaps the windows in which nothing is in use, but for the one that is filled. */
    private void unmapUnused() {
        for (Window window : windows.headMap(windows.lastKey(), false).values()) {
            if (window.mapped == 0) {
                unmap(window);
            }
        }
    }

    private static void unmap(Window window) {
        if (window.address != 0) {
            SysMman.munmap(ErrnoState.IGNORED, window.address, window.sizeBytes);
            window.address = 0;
        }
    }

    @Override
    public synchronized void close() {
        windows.values().forEach(ContentWindows::unmap);
        windows.clear();
    }
}
