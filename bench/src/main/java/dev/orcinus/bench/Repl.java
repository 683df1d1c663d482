package dev.orcinus.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A clang-repl whose code runs in an executor, which shares its standard output. */
final class Repl implements AutoCloseable {
    private static final long END_SECONDS = 20;

    private final Process process;
    private final Writer lines;
    private final BufferedReader output;
    private final Path errors;

    /**
     * Starts clang-repl and its executor.
     *
     * @param version of clang-repl
     * @param executor the program
     * @param runtime the archive that it links
     */
    Repl(String version, String executor, Path runtime) throws IOException {
        this(new ProcessBuilder(command(version, "--oop-executor=" + executor, runtime)));
    }

    /**
     * Starts clang-repl and its executor.
     *
     * @param command that {@link #command} has returned
     */
    Repl(ProcessBuilder command) throws IOException {
        errors = Files.createTempFile("orcinus-bench", ".err");
        process = command.redirectError(errors.toFile()).start();
        lines = process.outputWriter();
        output = process.inputReader();
    }

    /**
     * Returns the command that reads lines from its standard input.
     *
     * @param executor the option that names the executor
     */
    static List<String> command(String version, String executor, Path runtime) {
        return new ArrayList<>(
                List.of(program(version).toString(), executor, "--orc-runtime=" + runtime));
    }

    /** Returns clang-repl of a version, which may not be installed. */
    static Path program(String version) {
        return Tools.llvmRoots().resolve("bin/clang-repl-" + version);
    }

    /** Returns LLVM's ORC runtime of a version. */
    static Path runtime(String version) {
        return Tools.llvmRoots().resolve("orc-rt/liborc_rt-" + version + ".a");
    }

    /** Gives clang-repl a line. */
    void say(String line) throws IOException {
        lines.write(line);
        lines.write('\n');
        lines.flush();
    }

    /** Waits for the next line that guest code writes, which is empty at the end. */
    String hear() throws IOException {
        String line = output.readLine();
        return line == null ? "" : line;
    }

    /** Returns the process. */
    Process process() {
        return process;
    }

    /** Returns what clang-repl and its executor have said on standard error. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Ends the session. */
    @Override
    public void close() throws IOException {
        try (lines) {
            lines.write("%quit\n");
        } catch (IOException _) { // it has ended before
            process.destroyForcibly();
        }
        Tools.requireEnd(process, END_SECONDS);
        Files.delete(errors);
    }
}
