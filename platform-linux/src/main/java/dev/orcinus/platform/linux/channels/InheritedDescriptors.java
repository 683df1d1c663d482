package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.Fcntl.FD_CLOEXEC;
import static dev.orcinus.bindings.linux.Fcntl.F_DUPFD_CLOEXEC;
import static dev.orcinus.bindings.linux.Fcntl.F_SETFD;
import static dev.orcinus.bindings.linux.Fcntl.O_RDWR;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.Fcntl;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;

/**
 * Takes over descriptors that our parent opened. One of the three standard descriptors is moved to
 * another number: the output of guest code must not get between frames, and after it is closed the
 * next file that is opened must not become stdin or stdout.
 */
final class InheritedDescriptors {
    private static final int STDIN = 0;
    private static final int STDERR = 2;

    private InheritedDescriptors() {}

    /** Returns the descriptor to use from now on, which is closed on exec. */
    static int takeOver(int fd) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            if (fd <= STDERR) {
                return moveAway(arena, state, fd);
            }
            if (Fcntl.fcntl(state, fd, F_SETFD, FD_CLOEXEC) < 0) {
                throw Failure.of("fcntl(fd " + fd + ", F_SETFD, FD_CLOEXEC)", state);
            }
            return fd;
        }
    }

    private static int moveAway(Arena arena, ErrnoState state, int fd) throws HostCallException {
        int moved = Fcntl.fcntl(state, fd, F_DUPFD_CLOEXEC, STDERR + 1);
        if (moved < 0) {
            throw Failure.of("fcntl(fd " + fd + ", F_DUPFD_CLOEXEC)", state);
        }
        if (fd == STDIN) {
            replaceByNull(arena, state, fd);
        } else if (Unistd.dup2(state, STDERR, fd) < 0) {
            throw Failure.of("dup2(" + STDERR + ", " + fd + ")", state);
        }
        return moved;
    }

    private static void replaceByNull(Arena arena, ErrnoState state, int fd)
            throws HostCallException {
        int nothing = Fcntl.open(state, arena.allocateFrom("/dev/null"), O_RDWR);
        if (nothing < 0) {
            throw Failure.of("open(/dev/null)", state);
        }
        int replaced = Unistd.dup2(state, nothing, fd);
        Unistd.close(ErrnoState.IGNORED, nothing);
        if (replaced < 0) {
            throw Failure.of("dup2(/dev/null, " + fd + ")", state);
        }
    }
}
