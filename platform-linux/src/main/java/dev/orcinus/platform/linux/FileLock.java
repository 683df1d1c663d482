package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.SysFile.LOCK_EX;
import static dev.orcinus.bindings.posix.SysFile.LOCK_NB;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxErrno;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Fcntl;
import dev.orcinus.bindings.posix.SysFile;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostLock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A lock of {@code flock(2)}, which belongs to an open file: programs that inherit the descriptor
 * have it, too.
 *
 * @param descriptor of the file, closed on exec
 */
record FileLock(int descriptor) implements HostLock {
    /** Takes the lock if nobody has it. */
    static Optional<HostLock> take(Path file) throws IOException, HostCallException {
        if (!create(file)) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd =
                    LinuxFcntl.open(state, arena.allocateFrom(file.toString()), O_RDWR | O_CLOEXEC);
            if (fd < 0 && state.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            if (fd < 0) {
                throw Failure.of("open(" + file + ")", state);
            }
            FileLock lock = new FileLock(fd);
            boolean isTaken = SysFile.flock(state, fd, LOCK_EX | LOCK_NB) == 0;
            boolean isFree = isTaken || state.errno() != LinuxErrno.EAGAIN;
            if (isTaken && lock.isOf(file)) {
                return Optional.of(lock);
            }
            HostCallException failure = Failure.of("flock(" + file + ")", state);
            lock.close();
            if (isTaken || !isFree) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** Returns whether there is the file; false if somebody has just removed its folder. */
    private static boolean create(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            return true;
        } catch (FileAlreadyExistsException _) {
            return true; // as usual
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** Returns whether the file has not been removed, or replaced, since it was opened. */
    private boolean isOf(Path file) throws IOException {
        try {
            return Files.isSameFile(Path.of("/proc/self/fd/" + descriptor), file);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** Returns the lock that this process has inherited. */
    static FileLock inherited(int descriptor) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            if (LinuxFcntl.fcntl(state, descriptor, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC) != 0
                    || SysFile.flock(state, descriptor, LOCK_EX | LOCK_NB) != 0) {
                throw Failure.of("flock(fd " + descriptor + ")", state);
            }
            return new FileLock(descriptor);
        }
    }

    @Override
    public void close() {
        Unistd.close(ErrnoState.IGNORED, descriptor);
    }
}
