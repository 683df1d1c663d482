package dev.orcinus.platform.linux.guestprocess.start;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.posix.Unistd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The descriptors that this process has inherited together with another one. */
final class SharedDescriptors {
    private static final int STANDARD_ERROR = 2;

    private SharedDescriptors() {}

    /**
     * Closes those that the other process has, too, under the same number; the standard ones become
     * those of {@code /dev/null}.
     */
    static void leaveTo(int pid) {
        try (Arena arena = Arena.ofConfined()) {
            int nothing =
                    LinuxFcntl.open(ErrnoState.IGNORED, arena.allocateFrom("/dev/null"), O_RDWR);
            for (int fd = 0; fd <= STANDARD_ERROR; fd++) {
                Unistd.dup2(ErrnoState.IGNORED, nothing, fd);
            }
            Unistd.close(ErrnoState.IGNORED, nothing);
        }
        Path theirs = Path.of("/proc", Integer.toString(pid), "fd");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path own : all) {
                int fd = Integer.parseInt(own.getFileName().toString());
                if (fd > STANDARD_ERROR && isSame(own, theirs.resolve(own.getFileName()))) {
                    Unistd.close(ErrnoState.IGNORED, fd);
                }
            }
        } catch (IOException gone) {
            // the other process has ended
        }
    }

    private static boolean isSame(Path own, Path other) {
        try {
            return Files.readSymbolicLink(own).equals(Files.readSymbolicLink(other));
        } catch (IOException closed) {
            return false;
        }
    }
}
