package dev.orcinus.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A user who has a run-time folder of his own, and a daemon in the background. */
final class WarmUser implements AutoCloseable {
    private static final int MOST_SECONDS = 300;
    private static final Path SCRIPT = Tools.root().resolve("orcinus");

    private final Path runtime;

    private WarmUser(Path runtime) {
        this.runtime = runtime;
    }

    /** Starts the daemon, and waits until it serves. */
    static WarmUser start() throws IOException {
        WarmUser user =
                new WarmUser(
                        Files.createTempDirectory(
                                "orcinus-bench",
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------"))));
        user.time(0, Tools.command(SCRIPT, "background"));
        return user;
    }

    /** Returns the launcher that asks the daemon. */
    static String launcher() {
        return Tools.root().resolve("cli/target/app/orcinus").toString();
    }

    /** Returns a command of this user that has not been started. */
    ProcessBuilder command(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        builder.environment().put("ORCINUS_DAEMON", "on");
        return builder;
    }

    /** Runs a command; returns the time in milliseconds. */
    double time(int status, List<String> command) throws IOException {
        return time(status, command, Path.of("/dev/null"));
    }

    /** Runs a command that reads a file; returns the time in milliseconds. */
    double time(int status, List<String> command, Path input) throws IOException {
        ProcessBuilder builder =
                command(command)
                        .redirectInput(input.toFile())
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
        long began = System.nanoTime();
        Process process = builder.start();
        Tools.requireEnd(process, MOST_SECONDS);
        double millis = (System.nanoTime() - began) / 1e6;
        if (process.exitValue() != status) {
            throw new IOException(command + ": status " + process.exitValue());
        }
        return millis;
    }

    /** Ends the daemon. */
    @Override
    public void close() throws IOException {
        time(0, Tools.command(SCRIPT, "stop", "--now"));
        Files.deleteIfExists(runtime);
    }
}
