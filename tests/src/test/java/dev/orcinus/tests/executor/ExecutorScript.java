package dev.orcinus.tests.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The executor as a program for {@code -oop-executor=}: a script that runs it and notes its process
 * id and its exit status. A client's output ends when both have ended, so the notes are complete
 * then.
 */
public final class ExecutorScript implements AutoCloseable {
    private final Path script;
    private final Path started;
    private final Path ended;

    /**
     * Writes the script into {@code directory}.
     *
     * @param triple the target that the executor presents; empty for its own
     */
    public ExecutorScript(Path directory, String triple) throws IOException {
        this(directory, "ORCINUS_TRIPLE", triple);
    }

    /**
     * Writes the script into {@code directory}.
     *
     * @param variable a variable of the executor's environment
     * @param value its value
     */
    public ExecutorScript(Path directory, String variable, String value) throws IOException {
        this.script = directory.resolve("executor");
        this.started = directory.resolve("executor.started");
        this.ended = directory.resolve("executor.ended");
        String text =
                """
                #!/bin/sh
                export %s=%s
                sh -c 'echo $$ >"$0"; exec "$@"' %s %s "$@"
                status=$?
                echo $status >%s
                exit $status
                """
                        .formatted(
                                variable,
                                quoted(value),
                                quoted(started),
                                quotedCommand(),
                                quoted(ended));
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private static String quotedCommand() {
        return ExecutorCommand.of().stream()
                .map(ExecutorScript::quoted)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(Object argument) {
        return "'" + argument.toString().replace("'", "'\\''") + "'";
    }

    /** Returns the script. */
    public Path path() {
        return script;
    }

    /** Returns the executor's process id; the client must have started it once. */
    public long pid() throws IOException {
        return number(started);
    }

    /** Returns the executor's exit status. */
    public int status() throws IOException {
        return (int) number(ended);
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
    }

    /** Kills the executor, if it still runs. */
    @Override
    public void close() throws IOException {
        for (Path file : List.of(started)) {
            if (Files.exists(file) && !Files.exists(ended)) {
                ProcessHandle.of(number(file)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }
}
