package dev.orcinus.tests.llvm;

import dev.orcinus.tests.llvm.Line.ClientExecutor;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One session of {@code clang-repl} with the executor under test. */
public final class ClangRepl {
    private final Llvm llvm;
    private final Line line;
    private final OrcRuntime runtime;
    private final Path directory;

    /**
     * A session.
     *
     * @param directory an empty folder, in which both sides run
     */
    public ClangRepl(Llvm llvm, Line line, OrcRuntime runtime, Path directory) {
        this.llvm = llvm;
        this.line = line;
        this.runtime = runtime;
        this.directory = directory;
    }

    /** Has it read {@code input}. */
    public SessionResult run(String input, String... options)
            throws IOException, InterruptedException {
        String tool = llvm.tool("clang-repl");
        Fixtures.requireCppHeaders();
        String archive = "--orc-runtime=" + runtime.archive(llvm);
        Path script = Files.writeString(directory.resolve("input"), input);
        try (ClientExecutor executor = line.open(directory);
                Program client =
                        Program.start(
                                directory,
                                Stream.concat(
                                                Stream.of(tool, "--" + executor.option(), archive),
                                                Stream.of(options))
                                        .toList(),
                                script.toFile())) {
            return executor.finish(client.finish());
        }
    }

    /**
     * The lines of a session's output without the empty ones: at its end clang-repl writes one of
     * its own.
     */
    public static List<String> lines(SessionResult result) {
        return result.output().lines().filter(text -> !text.isEmpty()).toList();
    }
}
