package dev.orcinus.daemon;

import dev.orcinus.daemon.worker.CrashFolder;
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
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A daemon's own folder, for its status socket and crash reports: {@code orcinus-UID-PID-RANDOM},
 * mode 0700, in the user's run-time folder or {@code /tmp}. The daemon removes it at its end; the
 * next daemon removes the folder of one that was killed.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String STATUS_SOCKET = "status";

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /** Creates the folder of process {@code pid} of user {@code uid}. */
    static RunDirectory create(int uid, long pid) throws IOException {
        removeAbandoned(uid);
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path path = base().resolve(prefix(uid) + pid + "-" + random);
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

    /** Returns the status sockets of the running daemons of user {@code uid}. */
    public static List<Path> statusSockets(int uid) throws IOException {
        List<Path> sockets = new ArrayList<>();
        for (Path path : all(uid)) {
            Path socket = path.resolve(STATUS_SOCKET);
            if (isAlive(path) && Files.exists(socket)) {
                sockets.add(socket);
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
        String[] parts = folder.getFileName().toString().split("-", -1);
        try {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[2]));
            return process.isPresent() && process.get().isAlive();
        } catch (NumberFormatException e) {
            return true;
        }
    }

    /**
     * Removes the folders of daemons that were killed. Another daemon may be removing them, too, so
     * failures are ignored.
     */
    private static void removeAbandoned(int uid) throws IOException {
        for (Path folder : all(uid)) {
            if (!isAlive(folder)) {
                try {
                    remove(folder);
                } catch (IOException e) {
                    // the daemon can start without that
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    /** Returns the path of the status socket. */
    Path statusSocket() {
        return path.resolve(STATUS_SOCKET);
    }

    /** Returns the folder of the workers' crash reports. */
    CrashFolder crashes() {
        return new CrashFolder(path);
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
