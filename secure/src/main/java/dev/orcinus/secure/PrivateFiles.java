package dev.orcinus.secure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and folders that only their owner may use. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> OWNER =
            Set.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    /** The mode of a new private file, 0600. */
    static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** The mode of a new private folder, 0700. */
    static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

    /**
     * Requires that nobody but its owner, and root, may read or write a file. A file that this
     * process can read and that passes is its user's own. Something else than a file, such as a
     * pipe, passes.
     */
    static void requirePrivate(Path file) throws IOException {
        if (Files.isRegularFile(file) && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException(
                    file + " can be used by other users: run 'chmod 600 " + file + "'");
        }
    }

    /**
     * Creates a folder for this user only, unless there is one. Its parents get the usual modes.
     */
    static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectories(folder, FOLDER);
        }
    }
}
