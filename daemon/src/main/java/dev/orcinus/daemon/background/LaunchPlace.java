package dev.orcinus.daemon.background;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProcess;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where the launchers of one user and one build find their daemon: {@code
 * $XDG_RUNTIME_DIR/orcinus/BUILD/launch}, a Unix-domain socket in a folder that is closed to other
 * users. Without that variable there is no folder that is the user's own from login to logout, and
 * so no daemon. The launcher's machine code follows the same rules.
 *
 * @param folder of this build, which may not exist yet
 */
public record LaunchPlace(Path folder) {
    /**
     * The property that names the build of the running classes; {@code etc/make-app.sh} sets it.
     */
    public static final String BUILD_PROPERTY = "orcinus.build";

    /** The variable that decides on the daemon: {@value #OFF}, {@value #ON}, or not set. */
    public static final String VARIABLE = "ORCINUS_DAEMON";

    /** The value of {@link #VARIABLE} of somebody who asks for a daemon. */
    public static final String ON = "on";

    /** Folders that are closed to other users, whatever the mask of file modes is. */
    static final FileAttribute<Set<PosixFilePermission>> OWNERS_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final String OFF = "off";
    private static final String SOCKET = "launch";
    private static final int MOST_TRIES = 100;
    private static final String REHEARSAL = "r"; // the path of a socket has 107 bytes at most

    /**
     * Returns the place for a user's environment; empty if there is to be no daemon. That is so if
     * the user says so, in a build machine's job (the variable {@code CI}) unless the user asks for
     * one, without a folder for it, or if the running classes are of no installed build.
     *
     * @param environment returns the value of a variable, or null
     */
    public static Optional<LaunchPlace> of(UnaryOperator<String> environment) {
        String build = System.getProperty(BUILD_PROPERTY);
        String runtime = environment.apply("XDG_RUNTIME_DIR");
        if (build == null
                || runtime == null
                || !runtime.startsWith("/")
                || !isWanted(environment)) {
            return Optional.empty();
        }
        return Optional.of(in(Path.of(runtime), build));
    }

    /** Returns the place of a build in a run-time folder. */
    static LaunchPlace in(Path runtime, String build) {
        return new LaunchPlace(runtime.resolve("orcinus").resolve(build));
    }

    private static boolean isWanted(UnaryOperator<String> environment) {
        String asked = environment.apply(VARIABLE);
        String job = environment.apply("CI");
        boolean isJob = job != null && !job.isEmpty();
        return ON.equals(asked) || !(OFF.equals(asked) || isJob);
    }

    /** Returns the socket to which launchers connect. */
    public Path socket() {
        return folder.resolve(SOCKET);
    }

    /** Returns the file of the lock that the daemon has. */
    public Path lock() {
        return folder.resolve("lock");
    }

    /** Returns the file of the daemon's log. */
    public Path log() {
        return folder.resolve("log");
    }

    /** Returns why a daemon has found that it can serve nobody here; empty if none has. */
    public Optional<String> refusal() throws IOException {
        try {
            return Optional.of(Files.readString(refusalFile()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Keeps others from starting a daemon that can serve nobody, either. */
    void refuse(String reason) throws IOException {
        Files.writeString(refusalFile(), reason);
    }

    /** Lets a daemon be tried again. */
    public void forgetRefusal() throws IOException {
        Files.deleteIfExists(refusalFile());
    }

    private Path refusalFile() {
        return folder.resolve("refusal");
    }

    /** Returns a place within this one, for launches that nobody else makes. */
    LaunchPlace rehearsal() {
        return in(folder.resolve(REHEARSAL), folder.getFileName().toString());
    }

    /**
     * Removes the files of a daemon that ends, but not its refusal, and the folders if they are
     * empty then.
     */
    void remove() throws IOException {
        Path rehearsed = folder.resolve(REHEARSAL);
        if (Files.isDirectory(rehearsed, LinkOption.NOFOLLOW_LINKS)) {
            rehearsal().remove();
            Files.deleteIfExists(rehearsed);
        }
        for (Path path : List.of(socket(), log(), lock(), folder, folder.getParent())) {
            try {
                Files.deleteIfExists(path);
            } catch (DirectoryNotEmptyException _) {
                return; // another build has a daemon, too
            }
        }
    }

    /**
     * Removes what daemons of other builds have left that were killed: what nobody has the lock of.
     * A failure leaves it to the next one.
     */
    void removeOthers(HostProcess process) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder.getParent())) {
            for (Path other : folders) {
                if (!other.equals(folder)) {
                    new LaunchPlace(other).removeIfAbandoned(process);
                }
            }
        } catch (IOException | HostCallException e) {
            // it takes no more than some empty files
        }
    }

    private void removeIfAbandoned(HostProcess process) throws IOException, HostCallException {
        Optional<HostLock> abandoned = process.lock(lock());
        if (abandoned.isPresent()) {
            forgetRefusal();
            remove();
            abandoned.get().close();
        }
    }

    /**
     * Creates the folder and its parent if they are missing.
     *
     * @param uid the user id of this process
     * @throws IOException also if one of them is another user's, or open to others
     */
    public void create(int uid) throws IOException {
        requireOwn(folder.getParent().getParent(), uid);
        for (int tries = 1; ; tries++) {
            try {
                createOwn(folder.getParent(), uid);
                createOwn(folder, uid);
                return;
            } catch (NoSuchFileException e) { // a daemon that ends has just removed them
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static void createOwn(Path path, int uid) throws IOException {
        try {
            Files.createDirectory(path, OWNERS_ONLY);
        } catch (FileAlreadyExistsException _) {
            requireOwn(path, uid);
        }
    }

    private static void requireOwn(Path path, int uid) throws IOException {
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isDirectory()
                || !Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(uid)) {
            throw new IOException(path + " is no folder of this user's");
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        if (!mode.endsWith("------")) {
            throw new IOException(path + " is open to other users: its mode is " + mode);
        }
    }
}
