package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A private run-time folder, the commands of a user who has it, and the daemons that they start.
 */
public final class BackgroundHome implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));
    private static final Pattern DAEMON =
            Pattern.compile("daemon (\\d+) in the background: build (\\w+), .* (\\d+) served, .*");

    private static final String NOT_CONFINED =
            """
            for limit in t f d v; do ulimit -S -$limit unlimited || exit 1; done
            [ "$(nice)" -le 0 ] && ! grep -q '^NoNewPrivs:.*1' /proc/self/status
            """;

    private final Path folder;

    /** Makes the folder of a user within another one, if a daemon of this process may start. */
    public BackgroundHome(Path parent) throws IOException, InterruptedException {
        assumeTrue(
                new ProcessBuilder("/bin/sh", "-c", NOT_CONFINED).start().waitFor() == 0,
                "a daemon in the background is started by nobody who has hard limits, a low"
                        + " priority or no_new_privs: run this test without them");
        folder =
                Files.createDirectory(
                        parent.resolve("run-time"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
    }

    /** Returns the run-time folder. */
    public Path folder() {
        return folder;
    }

    /** Returns the command of the script {@code orcinus} for this user. */
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(
                        "/usr/bin/env",
                        "-u",
                        "CI",
                        "ORCINUS_DAEMON=on",
                        "MARK=of the user",
                        "XDG_RUNTIME_DIR=" + folder,
                        ROOT.resolve("orcinus").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs the script to its end. */
    Finished run(String... arguments) throws InterruptedException {
        return finish(command(arguments));
    }

    /** Runs a shell's script to its end, in which {@code "$@"} is the command. */
    Finished shell(String script, String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(command(arguments));
        return finish(command);
    }

    private Finished finish(List<String> command) throws InterruptedException {
        try (Program program = Program.start(folder, command)) {
            return program.finish();
        }
    }

    /** Returns the object of the hello program for this machine. */
    static String hello() {
        String processor = System.getProperty("os.arch").equals("aarch64") ? "-aarch64" : "";
        return ROOT.resolve("examples/hello/hello" + processor + ".o").toString();
    }

    /** Starts a daemon and waits for it. */
    public ProcessHandle start(String... options) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("background"));
        arguments.addAll(List.of(options));
        Finished start = run(arguments.toArray(String[]::new));
        assertEquals(0, start.status(), start::toString);
        return daemon().orElseThrow();
    }

    /** Returns the daemon that tells its state; empty if there is none. */
    Optional<ProcessHandle> daemon() throws InterruptedException {
        Matcher line = DAEMON.matcher(run("status").output().strip());
        return line.matches() ? ProcessHandle.of(Long.parseLong(line.group(1))) : Optional.empty();
    }

    /** Waits for a daemon that a command has started. */
    ProcessHandle awaitDaemon() throws Exception {
        Program.await(() -> daemon().isPresent(), "a daemon in the background");
        return daemon().orElseThrow();
    }

    /** Returns the launcher that has no JVM. */
    public static Path launcher() {
        return ROOT.resolve("cli/target/app/orcinus");
    }

    /** Returns how many launches the daemon has served. */
    public int served() throws InterruptedException {
        Matcher line = DAEMON.matcher(run("status").output().strip());
        return line.matches() ? Integer.parseInt(line.group(3)) : 0;
    }

    /** Returns what is in the folder and in its folders, which a daemon may be removing. */
    List<Path> content() throws IOException {
        List<Path> found = new ArrayList<>();
        addContent(folder, found);
        return found;
    }

    private static void addContent(Path of, List<Path> found) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            for (Path file : files.toList()) {
                found.add(file);
                if (Files.isDirectory(file)) {
                    addContent(file, found);
                }
            }
        } catch (NoSuchFileException _) {
            // it has been removed meanwhile
        }
    }

    /** Waits until the folder is as it was before there was a daemon. */
    void awaitNothing() throws Exception {
        Program.await(() -> content().isEmpty(), "nothing is left");
    }

    /** Ends what runs. */
    @Override
    public void close() {
        try {
            run("stop", "--now");
        } catch (InterruptedException e) {
            throw new IllegalStateException("something may still run", e);
        }
    }
}
