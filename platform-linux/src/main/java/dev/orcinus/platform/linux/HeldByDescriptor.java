package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxFcntl.O_PATH;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.host.HeldFile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that a descriptor holds. The kernel's link of the descriptor leads to the file itself, not
 * to its name ({@code proc_pid_fd(5)}).
 *
 * @param descriptor neither reads nor writes
 */
record HeldByDescriptor(int descriptor) implements HeldFile {
    static Optional<HeldFile> of(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            int fd =
                    LinuxFcntl.open(
                            ErrnoState.IGNORED,
                            arena.allocateFrom(file.toString()),
                            O_PATH | O_CLOEXEC);
            return fd < 0 ? Optional.empty() : Optional.of(new HeldByDescriptor(fd));
        }
    }

    @Override
    public Path path() {
        return Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    @Override
    public void close() {
        Unistd.close(ErrnoState.IGNORED, descriptor);
    }
}
