package dev.orcinus.bench;

import static dev.orcinus.bench.Subject.Line.PIPES;
import static dev.orcinus.bench.Subject.Line.TCP;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Measures whole runs of llvm-jitlink with the ORC runtime, from its start to its exit. */
final class WholeRuns {
    private static final int STATUS_OF_HELLO = 42;

    private final Ours ours;
    private final Llvm llvm;
    private final int rounds;

    WholeRuns(Ours ours, Llvm llvm, int rounds) {
        this.ours = ours;
        this.llvm = llvm;
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        requireRuntime(llvm);
        requireExit();
        String what = "llvm-jitlink-" + llvm.version() + ", hello with the ORC runtime";
        Row.printHead();
        new Row(what, TCP, "ms", Bar.atMost(0.1)).compare(ours, llvm, rounds, this::connect);
        new Row(what, PIPES, "ms", Bar.atMost(3))
                .compare(ours, llvm, rounds, s -> start(llvm, s.program()));
    }

    static void requireRuntime(Llvm llvm) {
        if (!Files.isReadable(llvm.runtime())) {
            throw new Skipped("no ORC runtime of LLVM " + llvm.version() + ": " + llvm.runtime());
        }
    }

    private void requireExit() {
        if (Integer.parseInt(llvm.version()) < 23) {
            throw new Skipped(
                    "llvm-jitlink-"
                            + llvm.version()
                            + " does not exit after a session over TCP with its own executor");
        }
    }

    private double connect(Subject subject) throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = subject.open(TCP)) {
            return Tools.time(
                    STATUS_OF_HELLO, command(llvm, "-oop-executor-connect=" + endpoint.address()));
        }
    }

    /** Returns the time of a run that starts the executor. */
    static double start(Llvm llvm, String program) throws IOException, InterruptedException {
        return Tools.time(STATUS_OF_HELLO, command(llvm, "-oop-executor=" + program));
    }

    private static List<String> command(Llvm llvm, String executor) {
        return Tools.command(
                llvm.jitlink(),
                executor,
                "-orc-runtime=" + llvm.runtime(),
                Tools.root().resolve("examples/hello/hello.o"),
                "-args",
                "Orcinus");
    }
}
