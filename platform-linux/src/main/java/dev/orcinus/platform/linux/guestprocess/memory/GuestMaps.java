package dev.orcinus.platform.linux.guestprocess.memory;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Fcntl.O_RDONLY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MappingQuery;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/**
 * The mappings of a guest process. A guest that has made itself private ({@code PR_SET_DUMPABLE})
 * hides them from this process, and is asked to read them itself. It has no state.
 */
final class GuestMaps {
    private static final String OWN = "/proc/self/maps";
    private static final int CHUNK_BYTES = 4 << 10;

    private final NativeGuest guest;

    GuestMaps(NativeGuest guest) {
        this.guest = guest;
    }

    /** Returns the present mappings. */
    MemoryMaps read() {
        try {
            return MemoryMaps.of(Integer.toString(guest.pid()));
        } catch (UncheckedIOException hidden) {
            return guest.threads().on(Use.NOTED_SERVICE, GuestMaps::readBy);
        }
    }

    /** Returns whether an executable page is mapped at an address. */
    boolean isExecutable(ExecutorAddress address) {
        try {
            return new MappingQuery(Integer.toString(guest.pid())).isExecutable(address);
        } catch (UncheckedIOException hidden) {
            return read().isExecutable(address);
        }
    }

    private static MemoryMaps readBy(NativeThread thread) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (ThreadScratch scratch = thread.scratch()) {
            long path = scratch.put(OWN).value();
            int fd = (int) thread.call(Libc.OPEN, path, O_RDONLY | O_CLOEXEC);
            ExecutorAddress buffer = scratch.zeros(CHUNK_BYTES);
            int count = read(thread, fd, buffer);
            while (count > 0) {
                byte[] chunk = new byte[count];
                scratch.get(buffer, MemorySegment.ofArray(chunk));
                text.writeBytes(chunk);
                count = read(thread, fd, buffer);
            }
            thread.call(Libc.CLOSE, fd);
        }
        return MemoryMaps.parse(text.toString(ISO_8859_1));
    }

    private static int read(NativeThread thread, int fd, ExecutorAddress buffer) {
        return (int) thread.call(Libc.READ, fd, buffer.value(), CHUNK_BYTES);
    }
}
