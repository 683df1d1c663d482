package dev.orcinus.platform.posix.channels;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Fcntl;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes over descriptors that our parent opened. One of the three standard descriptors is moved to
 * another number: the output of guest code must not get between frames, and after it is closed the
 * next file that is opened must not become stdin or stdout.
 */
final class InheritedDescriptors {
    private static final int STDIN = 0;
    private static final int STDERR = 2;

    private final DescriptorSystem system;

    private final Set<Integer> taken = new HashSet<>();

    InheritedDescriptors(DescriptorSystem system) {
        this.system = system;
    }

    /**
     * Returns the descriptor to use from now on, which is closed on exec.
     *
     * @param named the number by which messages name it
     */
    int takeOver(int fd, int named) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            if (fd <= STDERR) {
                return moveAway(arena, state, fd, named);
            }
            if (system.closeOnExec(state, fd) < 0) {
                throw system.failed("fcntl(fd " + named + ", F_SETFD, FD_CLOEXEC)", state);
            }
            taken.add(fd);
            return fd;
        }
    }

    /** Closes what has been taken over, of which nothing becomes. */
    void close() {
        taken.forEach(fd -> Unistd.close(ErrnoState.IGNORED, fd));
    }

    private int moveAway(Arena arena, ErrnoState state, int fd, int named)
            throws HostCallException {
        int other = system.duplicate(state, fd, STDERR + 1);
        if (other < 0) {
            throw system.failed("fcntl(fd " + named + ", F_DUPFD_CLOEXEC)", state);
        }
        taken.add(other);
        if (fd == STDIN) {
            replaceByNull(arena, state, fd);
        } else if (Unistd.dup2(state, STDERR, fd) < 0) {
            throw system.failed("dup2(" + STDERR + ", " + fd + ")", state);
        }
        return other;
    }

    private void replaceByNull(Arena arena, ErrnoState state, int fd) throws HostCallException {
        int nothing = system.open(state, arena.allocateFrom("/dev/null"), Fcntl.O_RDWR);
        if (nothing < 0) {
            throw system.failed("open(/dev/null)", state);
        }
        int replaced = Unistd.dup2(state, nothing, fd);
        Unistd.close(ErrnoState.IGNORED, nothing);
        if (replaced < 0) {
            throw system.failed("dup2(/dev/null, " + fd + ")", state);
        }
    }
}
