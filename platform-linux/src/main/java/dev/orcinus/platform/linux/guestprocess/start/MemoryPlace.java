package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.linux.LinuxMman.MFD_CLOEXEC;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A file in memory. The system setting {@code vm.memfd_noexec} may forbid it. */
record MemoryPlace() implements ProgramPlace {
    private static final String NAME = "orcinus-guest";
    private static final int MFD_EXEC = 0x10;

    @Override
    public String name() {
        return "in memory";
    }

    @Override
    public int open(byte[] content) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = create(state, arena.allocateFrom(NAME));
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
            if (Unistd.write(state, fd, bytes, content.length) != content.length) {
                HostCallException failure = Failure.of("write(" + NAME + ")", state);
                Unistd.close(ErrnoState.IGNORED, fd);
                throw failure;
            }
            return fd;
        }
    }

    private static int create(ErrnoState state, MemorySegment name) throws HostCallException {
        int fd = LinuxMman.memfd_create(state, name, MFD_CLOEXEC | MFD_EXEC);
        if (fd < 0 && state.errno() == Errno.EINVAL) { // Linux before 6.3
            fd = LinuxMman.memfd_create(state, name, MFD_CLOEXEC);
        }
        if (fd < 0) {
            throw Failure.of("memfd_create(" + NAME + ")", state);
        }
        return fd;
    }
}
