package dev.orcinus.daemon;

import dev.orcinus.platform.spi.host.HostProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A daemon's own folder, for its control socket: {@code orcinus-UID-PID-RANDOM}, mode 0700, in the
 * user's run-time folder or {@code /tmp}. The daemon removes it at its end. What one that was
 * killed has left, processes and shared memory included, is removed by a process that has waited
 * for that, or by the next daemon.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String CONTROL_SOCKET = "control";

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /** Creates the folder of a daemon in this process. */
    public static RunDirectory create(HostProcess process) throws IOException {
        removeAbandoned(process);
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path path = base().resolve(prefix(process.uid()) + process.pid() + "-" + random);
        try {
            Files.createDirectory(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another process has created " + path, e);
        }
        return new RunDirectory(path);
    }

    private static Path base() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        Path folder = Path.of(runtime == null || runtime.isEmpty() ? "/tmp" : runtime);
        return Files.isWritable(folder) ? folder : Path.of("/tmp");
    }

    private static String prefix(int uid) {
        return "orcinus-" + uid + "-";
    }

    /** Returns the control sockets of the running daemons of a user, by their process ids. */
    public static Map<Long, Path> controlSockets(int uid) throws IOException {
        Map<Long, Path> sockets = new TreeMap<>();
        for (Path path : all(uid)) {
            Path socket = path.resolve(CONTROL_SOCKET);
            OptionalLong pid = pid(path);
            if (pid.isPresent() && isAlive(path) && Files.exists(socket)) {
                sockets.put(pid.getAsLong(), socket);
            }
        }
        return sockets;
    }

    private static List<Path> all(int uid) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(base(), prefix(uid) + "*")) {
            for (Path folder : folders) {
                if (isOurs(folder, uid)) {
                    found.add(folder);
                }
            }
        }
        return found;
    }

    /**
     * Returns whether a path is a folder of this user and no link; false if another process has
     * just removed it.
     */
    private static boolean isOurs(Path folder, int uid) throws IOException {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                            .equals(uid);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean isAlive(Path folder) {
        OptionalLong pid = pid(folder);
        return pid.isEmpty()
                || ProcessHandle.of(pid.getAsLong()).filter(ProcessHandle::isAlive).isPresent();
    }

    /** Returns the process id in the name of a folder, if there is one. */
    private static OptionalLong pid(Path folder) {
        String[] parts = folder.getFileName().toString().split("-", -1);
        try {
            return OptionalLong.of(Long.parseLong(parts[2]));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Removes what daemons have left that were killed. Another daemon may be removing it, too, so
     * failures are ignored.
     */
    private static void removeAbandoned(HostProcess process) throws IOException {
        for (Path folder : all(process.uid())) {
            if (!isAlive(folder)) {
                pid(folder).ifPresent(pid -> removeLeftovers(process, pid));
                try {
                    remove(folder);
                } catch (IOException e) {
                    // the daemon can start without that
                }
            }
        }
    }

    private static void removeLeftovers(HostProcess process, long pid) {
        process.endStraysOf(pid);
        process.unlinkSharedMemoryOf(pid);
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    /**
     * Lets another process remove the folder, and what guests have left, once this one has ended:
     * it may be killed.
     */
    public void removeAtEnd(HostProcess process) throws IOException {
        process.removeAtEnd(path);
    }

    /** Returns the path of the control socket. */
    public Path controlSocket() {
        return path.resolve(CONTROL_SOCKET);
    }

    /** Removes the folder, if it still exists. */
    @Override
    public void close() throws IOException {
        try {
            remove(path);
        } catch (NoSuchFileException e) {
            // it is removed already
        }
    }
}
