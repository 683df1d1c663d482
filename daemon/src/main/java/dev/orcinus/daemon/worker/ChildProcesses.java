package dev.orcinus.daemon.worker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.constants.platform.Fcntl;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.SpawnAttribute;
import jnr.posix.SpawnFileAction;

/** Starts, waits for and ends processes, through JNR-POSIX. Thread-safe. */
public final class ChildProcesses {
    /** A folder with an entry for each open descriptor: Linux may lack it, macOS has it. */
    private static final Path OPEN_DESCRIPTORS = Path.of("/dev/fd");

    /** Linux's own name for it. */
    private static final Path PROC_DESCRIPTORS = Path.of("/proc/self/fd");

    private static final int STDERR = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int O_RDONLY = 0;
    private static final int SIGKILL = 9;
    private static final int EINTR = 4;

    private final POSIX posix = POSIXFactory.getNativePOSIX();

    /** Loads JNR-POSIX. */
    public ChildProcesses() {}

    /**
     * Starts a process in a process group of its own, with {@code descriptor} as its descriptor
     * {@code target}, nothing on stdin, and our stdout and stderr.
     *
     * @return its process id, which is also the id of its group
     */
    long spawn(List<String> command, int descriptor, int target) throws IOException {
        List<SpawnFileAction> files = new ArrayList<>();
        files.add(SpawnFileAction.open("/dev/null", 0, O_RDONLY, 0));
        for (int inheritable : inheritable()) {
            if (inheritable != target) {
                files.add(SpawnFileAction.close(inheritable));
            }
        }
        files.add(SpawnFileAction.dup(descriptor, target));
        List<SpawnAttribute> attributes =
                List.of(
                        SpawnAttribute.flags((short) SpawnAttribute.SETPGROUP),
                        SpawnAttribute.pgroup(0));
        long pid =
                posix.posix_spawnp(command.getFirst(), files, attributes, command, environment());
        if (pid <= 0) {
            throw failed("posix_spawn of " + command.getFirst());
        }
        return pid;
    }

    /**
     * Returns the descriptors that a child would inherit without need, because Java does not mark
     * its sockets close-on-exec.
     */
    private List<Integer> inheritable() throws IOException {
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(openDescriptors())) {
            for (Path entry : open) {
                int descriptor = Integer.parseInt(entry.getFileName().toString());
                int flags = posix.fcntlInt(descriptor, Fcntl.F_GETFD, 0);
                if (descriptor > STDERR && flags >= 0 && (flags & FD_CLOEXEC) == 0) {
                    found.add(descriptor);
                }
            }
        }
        return found;
    }

    private static Path openDescriptors() {
        return Files.isDirectory(PROC_DESCRIPTORS) ? PROC_DESCRIPTORS : OPEN_DESCRIPTORS;
    }

    private static List<String> environment() {
        return System.getenv().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList();
    }

    /** Waits for the end of a child and returns how it ended. */
    ExitStatus await(long pid) throws IOException {
        int[] status = new int[1];
        int got;
        do {
            got = posix.waitpid(pid, status, 0);
        } while (got < 0 && posix.errno() == EINTR);
        if (got < 0) {
            throw failed("waitpid(" + pid + ")");
        }
        return ExitStatus.ofWait(status[0]);
    }

    /** Ends the processes that are left of a group with SIGKILL; does nothing if none is left. */
    void killGroup(long group) {
        posix.kill(-group, SIGKILL);
    }

    private IOException failed(String call) {
        return new IOException(call + ": " + posix.strerror(posix.errno()));
    }
}
