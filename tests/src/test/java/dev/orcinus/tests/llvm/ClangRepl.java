package dev.orcinus.tests.llvm;

import dev.orcinus.tests.llvm.Line.ClientExecutor;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One session of {@code clang-repl} with the executor under test. */
public final class ClangRepl {
    private final Llvm llvm;
    private final Line line;
    private final OrcRuntime runtime;
    private final Path directory;

    /**
     * Creates a session.
     *
     * @param directory an empty folder, in which the client and the executor run
     */
    public ClangRepl(Llvm llvm, Line line, OrcRuntime runtime, Path directory) {
        this.llvm = llvm;
        this.line = line;
        this.runtime = runtime;
        this.directory = directory;
    }

    /** Runs clang-repl on {@code input} and returns the result. */
    public SessionResult run(String input, String... options)
            throws IOException, InterruptedException {
        if (runtime.triple().isEmpty()) {
            Fixtures.requireCppHeaders();
        }
        Path script = Files.writeString(directory.resolve("input"), input);
        try (ClientExecutor executor = line.open(directory, runtime.triple());
                Program client = start(executor, script, options)) {
            return executor.finish(client.finish());
        }
    }

    /**
     * Runs clang-repl on {@code input}, after which it waits for more; kills it when it has written
     * {@code until}.
     */
    public SessionResult runAndKill(String input, String until)
            throws IOException, InterruptedException {
        Fixtures.requireCppHeaders();
        Path fifo = directory.resolve("input");
        try (Program mkfifo = Program.start(directory, List.of("mkfifo", fifo.toString()))) {
            mkfifo.finish();
        }
        try (RandomAccessFile script = new RandomAccessFile(fifo.toFile(), "rw");
                ClientExecutor executor = line.open(directory, runtime.triple());
                Program client = start(executor, fifo)) {
            script.writeBytes(input);
            client.awaitOutput(until);
            ProcessHandle.of(client.pid()).orElseThrow().destroyForcibly();
            return executor.finish(client.finish());
        }
    }

    private Program start(ClientExecutor executor, Path input, String... options)
            throws IOException, InterruptedException {
        String archive = "--orc-runtime=" + runtime.archive(llvm);
        List<String> command = new ArrayList<>();
        command.add(llvm.tool("clang-repl"));
        command.add("--" + executor.option());
        command.add(archive);
        if (!runtime.triple().isEmpty()) {
            command.addAll(List.of("-Xcc", "--target=" + runtime.triple()));
        }
        command.addAll(List.of(options));
        return Program.start(directory, command, input.toFile());
    }

    /**
     * Returns the lines of a session's output without empty lines, because clang-repl writes one at
     * its end.
     */
    public static List<String> lines(SessionResult result) {
        return result.output().lines().filter(text -> !text.isEmpty()).toList();
    }
}
