package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxMman.MFD_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that is on no disk. It stays as long as it is mapped; {@link #close} closes the descriptor
 * only.
 *
 * @param fd the descriptor
 */
public record MemoryFile(int fd) implements AutoCloseable {
    private static final AtomicLong PATHS = new AtomicLong();

    /**
     * Makes a file.
     *
     * @param name the name that {@code /proc} shows for it
     */
    public static MemoryFile write(String name, byte[] content) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = LinuxMman.memfd_create(state, arena.allocateFrom(name), MFD_CLOEXEC);
            if (fd < 0) {
                throw Failure.of("memfd_create(" + name + ")", state);
            }
            MemoryFile file = new MemoryFile(fd);
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
            for (long done = 0; done < content.length; ) {
                long written = Unistd.write(state, fd, bytes.asSlice(done), content.length - done);
                if (written < 0) {
                    HostCallException failure = Failure.of("write(" + name + ")", state);
                    file.close();
                    throw failure;
                }
                done += written;
            }
            return file;
        }
    }

    /** Returns a path that any process can open, as long as the descriptor is open. */
    public String path() {
        return "/proc/" + Unistd.getpid() + "/fd/" + fd;
    }

    /**
     * Returns a path that has never been used before. The dynamic linker takes two libraries that
     * were opened under one path for one, and the numbers of descriptors are used again. So the
     * path has redundant parts, one for each bit of a count.
     */
    String uniquePath() {
        return uniquePath("/proc/" + Unistd.getpid() + "/fd/", fd);
    }

    /** Returns such a path for a descriptor of another process, in whose folder it lies. */
    public static String uniquePath(String folder, int fd) {
        StringBuilder path = new StringBuilder(folder);
        for (long bits = PATHS.incrementAndGet(); bits != 0; bits >>>= 1) {
            path.append((bits & 1) == 0 ? "./" : "../fd/");
        }
        return path.append(fd).toString();
    }

    @Override
    public void close() {
        Unistd.close(ErrnoState.IGNORED, fd);
    }
}
