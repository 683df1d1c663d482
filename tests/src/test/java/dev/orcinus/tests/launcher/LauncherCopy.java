package dev.orcinus.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.OtherUser;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A clone with the real scripts and fake jars. Its {@code java} prints "started", or writes
 * "trains" to a file and makes a cache if that is enabled; its {@code mvn} writes "builds" to that
 * file.
 */
final class LauncherCopy {
    private static final Path SOURCE = Path.of(System.getProperty("orcinus.root"));
    private static final String JAVA =
            """
            #!/bin/sh
            for argument; do
                case $argument in
                -XX:AOTCacheOutput=*) cache=${argument#*=} ;;
                launcher) launcher=yes ;;
                esac
                last=$argument
            done
            [ -z "${launcher-}" ] || { echo launcher >"$last"; exit; }
            [ -n "${cache-}" ] || { echo started; exit; }
            echo trains >>'%1$s/calls'
            [ -e '%1$s/can-train' ] || { echo no luck; exit 1; }
            echo cache >"$cache"
            """;
    private static final String MAVEN =
            """
            #!/bin/sh
            case "$*" in
            *--version*) echo 3.9.9 ;;
            *) echo builds >>'%1$s/calls' ;;
            esac
            """;

    private final Path directory;
    private final Path root;
    private final Path jdk;

    LauncherCopy(Path directory) throws IOException {
        this.directory = directory.toRealPath();
        root = this.directory.resolve("clone");
        jdk = this.directory.resolve("jdk");
        for (String file :
                List.of(
                        "orcinus",
                        "etc/build-app.sh",
                        "etc/find-jdk.sh",
                        "etc/make-app.sh",
                        "etc/hello-object.sh",
                        "etc/Training.java",
                        "examples/hello/hello.o",
                        "examples/hello/hello-aarch64.o")) {
            copy(file);
        }
        write(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        script(jdk.resolve("bin/java"), JAVA);
        script(jdk.resolve("bin/javac"), JAVA);
        script(this.directory.resolve("maven/mvn"), MAVEN);
        write(root.resolve("pom.xml"), "");
        write(root.resolve("cli/pom.xml"), "");
        write(root.resolve("cli/src/main/java/Main.java"), "");
        write(app("orcinus-cli.jar"), "");
        gitFolder(".git");
    }

    private void copy(String file) throws IOException {
        Path target = root.resolve(file);
        Files.createDirectories(target.getParent());
        Files.copy(SOURCE.resolve(file), target);
        setAge(target, Duration.ofHours(1));
    }

    private void script(Path file, String text) throws IOException {
        write(file, text.formatted(directory));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Writes a file with an old time, so that files of the scripts are newer. */
    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        setAge(file, Duration.ofHours(1));
    }

    private static void setAge(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    Path app(String file) {
        return root.resolve("cli/target/app").resolve(file);
    }

    private void gitFolder(String folder) throws IOException {
        write(root.resolve(folder).resolve("logs/HEAD"), "");
    }

    /**
     * Makes the clone a worktree of a repository at {@code folder}, an absolute path or one
     * relative to the clone's root.
     */
    void becomeWorktree(String folder) throws IOException {
        Files.move(root.resolve(".git"), directory.resolve("unused"));
        write(root.resolve(".git"), "gitdir: " + folder + "\n");
        gitFolder(folder);
    }

    /** Acts as a commit that changes a source file, some time after the build. */
    void commit(String gitFolder) throws IOException {
        setAge(app("launch"), Duration.ofMinutes(30));
        setAge(root.resolve("cli/src/main/java/Main.java"), Duration.ofMinutes(15));
        setAge(root.resolve(gitFolder).resolve("logs/HEAD"), Duration.ofMinutes(15));
    }

    /** Sets whether training works from now on. */
    void canTrain(boolean can) throws IOException {
        if (can) {
            Files.createFile(directory.resolve("can-train"));
        } else {
            Files.deleteIfExists(directory.resolve("can-train"));
        }
    }

    /** Does the last step of a build. */
    void build() throws InterruptedException {
        assertEquals(0, run("etc/make-app.sh", root.toString(), jdk.toString()).status());
    }

    /** Starts the launcher, and returns its standard error. */
    String start() throws InterruptedException {
        return startWithPath(directory.resolve("maven") + ":" + System.getenv("PATH"));
    }

    /**
     * Starts the launcher with an empty {@code PATH}, so that each use of a program is an error on
     * stderr.
     */
    String startAlone() throws InterruptedException {
        return startWithPath(directory.resolve("nothing").toString());
    }

    private String startWithPath(String path) throws InterruptedException {
        Finished end =
                finish(
                        "/usr/bin/env",
                        "PATH=" + path,
                        "JAVA_HOME=" + jdk,
                        "/bin/sh",
                        root.resolve("orcinus").toString(),
                        "help");
        assertEquals(0, end.status(), end::toString);
        assertEquals("started\n", end.output(), end::toString);
        return end.errors();
    }

    /** Runs a program where a daemon has its socket, with a launcher that has a mode. */
    Finished runBesideDaemon(String mode) throws IOException, InterruptedException {
        String build = Files.readAllLines(app("launch")).getLast();
        Path runtime = directory.resolve("r");
        Path socket = runtime.resolve("orcinus").resolve(build).resolve("launch");
        Files.createDirectories(socket.getParent());
        script(app("orcinus"), "#!/bin/sh\necho asked\n");
        Files.setPosixFilePermissions(app("orcinus"), PosixFilePermissions.fromString(mode));
        try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            daemon.bind(UnixDomainSocketAddress.of(socket));
            return finish(
                    "/usr/bin/env",
                    "XDG_RUNTIME_DIR=" + runtime,
                    "JAVA_HOME=" + jdk,
                    "/bin/sh",
                    root.resolve("orcinus").toString(),
                    "run",
                    "--in-jvm");
        } finally {
            Files.delete(socket);
        }
    }

    /**
     * Lets another user, who has another JDK, start the launcher. Skips the test if this user
     * cannot become another.
     */
    Finished startAsAnotherUser() throws IOException, InterruptedException {
        allowAll(directory);
        return OtherUser.run(
                Path.of("/usr/bin/env"),
                "PATH=" + System.getenv("PATH"),
                "JAVA_HOME=" + directory,
                "/bin/sh",
                root.resolve("orcinus").toString(),
                "help");
    }

    private static void allowAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** Returns the folder of the build. */
    Path target() {
        return root.resolve("target");
    }

    private Finished run(String script, String... arguments) throws InterruptedException {
        String[] command = new String[arguments.length + 4];
        command[0] = "/usr/bin/env";
        command[1] = "JAVA_HOME=" + jdk;
        command[2] = "/bin/sh";
        command[3] = root.resolve(script).toString();
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        return finish(command);
    }

    private Finished finish(String... command) throws InterruptedException {
        try (Program program = Program.start(directory, List.of(command))) {
            return program.finish();
        }
    }

    /** Returns how often a step has been done so far. */
    long count(String call) throws IOException {
        Path calls = directory.resolve("calls");
        return Files.exists(calls)
                ? Files.readAllLines(calls).stream().filter(call::equals).count()
                : 0;
    }
}
