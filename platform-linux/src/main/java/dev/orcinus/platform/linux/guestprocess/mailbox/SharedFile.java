package dev.orcinus.platform.linux.guestprocess.mailbox;

import static dev.orcinus.bindings.linux.LinuxFcntl.FALLOC_FL_KEEP_SIZE;
import static dev.orcinus.bindings.linux.LinuxFcntl.FALLOC_FL_PUNCH_HOLE;
import static dev.orcinus.bindings.linux.LinuxFcntl.F_DUPFD_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxMman.MFD_CLOEXEC;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;

/**
 * A file in memory that is as long as asked for, and takes memory only where it is written to. Its
 * descriptor is above all those that a guest starts with, so that it can be passed as any of them.
 *
 * @param fd the descriptor
 */
public record SharedFile(int fd) implements AutoCloseable {
    /** The lowest descriptor of these files, above {@link MailboxLayout#MAILBOX_DESCRIPTOR}. */
    public static final int LOWEST = 200;

    /** Makes a file. */
    public static SharedFile create(String name, long sizeBytes) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd = LinuxMman.memfd_create(state, arena.allocateFrom(name), MFD_CLOEXEC);
            if (fd < 0) {
                throw Failure.of("memfd_create(" + name + ")", state);
            }
            SharedFile file = new SharedFile(raise(fd));
            if (Unistd.ftruncate(state, file.fd, sizeBytes) != 0) {
                HostCallException failure =
                        Failure.of("ftruncate(%s, 0x%x)".formatted(name, sizeBytes), state);
                file.close();
                throw failure;
            }
            return file;
        }
    }

    /** Moves a descriptor to {@link #LOWEST} or above. */
    public static int raise(int fd) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int raised = LinuxFcntl.fcntl(state, fd, F_DUPFD_CLOEXEC, LOWEST);
            HostCallException failure = raised < 0 ? tooHigh(state.errno()) : null;
            Unistd.close(state, fd);
            if (failure != null) {
                throw failure;
            }
            return raised;
        }
    }

    private static HostCallException tooHigh(int errno) {
        return new HostCallException(
                "fcntl(F_DUPFD_CLOEXEC, " + LOWEST + ")",
                errno,
                Failure.text(errno)
                        + ": guest processes need descriptors above "
                        + LOWEST
                        + "; raise the limit of open files (ulimit -n)");
    }

    /** Returns a path by which another process can open it, while this one has it open. */
    public String path() {
        return "/proc/" + Unistd.getpid() + "/fd/" + fd;
    }

    /** Gives the memory of a part back, which reads as zeros afterwards. */
    public void clear(long offset, long sizeBytes) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
            if (LinuxFcntl.fallocate(state, fd, mode, offset, sizeBytes) != 0) {
                throw Failure.of(
                        "fallocate(PUNCH_HOLE, 0x%x, 0x%x)".formatted(offset, sizeBytes), state);
            }
        }
    }

    @Override
    public void close() {
        Unistd.close(ErrnoState.IGNORED, fd);
    }
}
