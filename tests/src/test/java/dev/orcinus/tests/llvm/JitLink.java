package dev.orcinus.tests.llvm;

import dev.orcinus.tests.llvm.Line.ClientExecutor;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of {@code llvm-jitlink} with the executor under test. */
public final class JitLink {
    private final Llvm llvm;
    private final Line line;
    private final Path directory;
    private final List<String> options = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private String triple = "";
    private Duration limit = Program.LIMIT;
    private List<String> environment = List.of();

    /**
     * Creates a run without options.
     *
     * @param directory an empty folder, in which the client and the executor run
     */
    public JitLink(Llvm llvm, Line line, Path directory) {
        this.llvm = llvm;
        this.line = line;
        this.directory = directory;
    }

    /** Adds an ORC runtime; skips the test if there is none for this version. */
    public JitLink orcRuntime(OrcRuntime runtime) throws IOException, InterruptedException {
        return target(runtime.triple()).options("-orc-runtime=" + runtime.archive(llvm));
    }

    /** Has the executor present a target; empty for its own. */
    public JitLink target(String presented) {
        triple = presented;
        return this;
    }

    /** Adds options. */
    public JitLink options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Adds fixtures as inputs. */
    public JitLink inputs(String... names) {
        for (String name : names) {
            inputs.add(Fixtures.get(name).toString());
        }
        return this;
    }

    /** Puts the inputs that follow into a dylib of their own. */
    public JitLink dylib(String name) {
        inputs.add("-jd=" + name);
        return this;
    }

    /** Adds an input of the test's own. */
    public JitLink input(Path file) {
        inputs.add(file.toString());
        return this;
    }

    /** Adds arguments of the guest's {@code main}. */
    public JitLink arguments(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** Preloads a library, into llvm-jitlink and into the executor that it starts. */
    public JitLink preload(Path library) {
        environment = List.of("env", "LD_PRELOAD=" + library);
        return this;
    }

    /** Sets how long llvm-jitlink may take, if that is not {@link Program#LIMIT}. */
    public JitLink limit(Duration longest) {
        limit = longest;
        return this;
    }

    /** Runs llvm-jitlink and returns the result. */
    public SessionResult run() throws IOException, InterruptedException {
        String tool = llvm.tool("llvm-jitlink");
        try (ClientExecutor executor = line.open(directory, triple);
                Program client = Program.start(directory, command(tool, executor))) {
            return executor.finish(client.finish(limit));
        }
    }

    private List<String> command(String tool, ClientExecutor executor) {
        List<String> command = new ArrayList<>(environment);
        command.add(tool);
        command.add("-" + executor.option());
        command.addAll(options);
        command.addAll(inputs);
        if (!arguments.isEmpty()) {
            command.add("-args");
            command.addAll(arguments);
        }
        return command;
    }
}
