package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.SysFile.LOCK_EX;
import static dev.orcinus.bindings.posix.SysFile.LOCK_NB;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Fcntl;
import dev.orcinus.bindings.posix.SysFile;
import dev.orcinus.bindings.posix.Unistd;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A lock on the folder of a socket. Of two processes that find the same abandoned socket, one would
 * else remove the new socket of the other. The lock leaves no file. Whoever can open the folder can
 * hold it, so the wait is short, and a folder that cannot be locked holds nobody up.
 */
final class FolderLock implements AutoCloseable {
    private static final int NONE = -1;
    private static final int TRIES = 200;
    private static final long PAUSE_MILLIS = 10;

    private final int fd;

    private FolderLock(int fd) {
        this.fd = fd;
    }

    /** Locks the folder of a file, if that is possible. */
    static FolderLock around(DescriptorSystem system, Path file) {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            String folder = file.toAbsolutePath().getParent().toString();
            int fd = system.open(state, arena.allocateFrom(folder), Fcntl.O_RDONLY);
            if (fd >= 0) {
                system.closeOnExec(state, fd);
                await(state, fd);
            }
            return new FolderLock(fd);
        }
    }

    private static void await(ErrnoState state, int fd) {
        int tries = 0;
        while (SysFile.flock(state, fd, LOCK_EX | LOCK_NB) != 0 && tries++ < TRIES) {
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Gives the lock back, with the descriptor. */
    @Override
    public void close() {
        if (fd > NONE) {
            Unistd.close(ErrnoState.IGNORED, fd);
        }
    }
}
