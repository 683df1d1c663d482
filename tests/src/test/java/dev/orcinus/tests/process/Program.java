package dev.orcinus.tests.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.opentest4j.AssertionFailedError;

/**
 * A running program with captured output. {@link #close} ends it, if it has not ended. Used by one
 * thread.
 */
public final class Program implements AutoCloseable {
    /** A limit that no program of these tests exceeds if the machine works. */
    public static final Duration LIMIT = Duration.ofMinutes(2);

    private final List<String> command;
    private final Process process;
    private final CapturedText output;
    private final CapturedText errors;
    private final long startNanos = System.nanoTime();

    private Program(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.output = new CapturedText(process.getInputStream());
        this.errors = new CapturedText(process.getErrorStream());
    }

    /** Starts a program in {@code directory} that reads nothing. */
    public static Program start(Path directory, List<String> command) {
        return start(directory, command, new File("/dev/null"));
    }

    /** Starts a program in {@code directory} that reads {@code input}. */
    public static Program start(Path directory, List<String> command, File input) {
        try {
            return new Program(
                    command,
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectInput(input)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until something is true. */
    public static void await(Callable<Boolean> condition, String what) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionFailedError("not in " + LIMIT.toSeconds() + " s: " + what);
            }
            Thread.sleep(1);
        }
    }

    /** Returns the program's process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns the standard output so far. */
    public String output() {
        return output.text();
    }

    /** Returns the standard error so far. */
    public String errors() {
        return errors.text();
    }

    /** Returns whether the program has ended, and all that it has written has come. */
    public boolean hasEnded() {
        return !process.isAlive() && output.hasEnded() && errors.hasEnded();
    }

    /** Waits until {@code text} is in standard output. */
    public void awaitOutput(String text) throws InterruptedException {
        require(output.await(text, LIMIT), "did not write '" + text + "'");
    }

    /** Waits until {@code text} is in standard error. */
    public void awaitErrors(String text) throws InterruptedException {
        require(errors.await(text, LIMIT), "did not write '" + text + "' to stderr");
    }

    /**
     * Waits until the program ends, and until its output ends, which its child processes may hold;
     * returns the result.
     */
    public Finished finish() throws InterruptedException {
        return finish(LIMIT);
    }

    /** Does the same with a given limit. */
    public Finished finish(Duration limit) throws InterruptedException {
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        require(ended, "did not end in " + limit.toSeconds() + " s");
        require(
                output.awaitEnd(limit) && errors.awaitEnd(limit),
                "ended, but left a process behind that holds its output");
        return new Finished(
                String.join(" ", command), process.exitValue(), output.text(), errors.text(), took);
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            throw new AssertionFailedError(
                    String.join(" ", command)
                            + "\n"
                            + problem
                            + "\n--- stdout\n"
                            + output.text()
                            + "--- stderr\n"
                            + errors.text());
        }
    }

    /** Kills the program and its child processes, if they still run. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
