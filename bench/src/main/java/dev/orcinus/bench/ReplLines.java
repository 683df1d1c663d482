package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Measures whole sessions of clang-repl that consist of many short lines. */
final class ReplLines {
    static final int LINES = 1_000;

    /** The newest clang-repl that can connect; in 22 and 23 the option does nothing. */
    private static final String CONNECTING = "21";

    private final Ours ours;
    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/lines");
    private final Path archive = work.resolve("orcinus_rt.a");
    private final Path result = work.resolve("result.txt");

    ReplLines(Ours ours, int rounds) {
        this.ours = ours;
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Tools.time(0, Tools.command(ours.program(), "runtime", "-o", archive));
        Comparison.printHead();
        for (String version : List.of("22", "23")) {
            if (Files.isExecutable(Repl.program(version))) {
                compare(version, "fresh over pipes", Bar.atMost(1.0), () -> started(version));
            }
        }
        if (Files.isExecutable(Repl.program(CONNECTING))) {
            compare(CONNECTING, "warm daemon", Bar.atMost(0.8), () -> connected(CONNECTING));
        }
    }

    private void compare(String version, String way, Bar bar, Comparison.Measurement our)
            throws IOException, InterruptedException {
        String its = Tools.llvmRoots().resolve("bin/llvm-jitlink-executor-" + version).toString();
        String what = "clang-repl " + version + ", " + LINES + " lines, " + way;
        new Comparison(what, "LLVM's executor over pipes", "ms", bar)
                .run(
                        rounds,
                        our,
                        () -> lines(version, "--oop-executor=" + its, Repl.runtime(version)));
    }

    private double started(String version) throws IOException {
        return lines(version, "--oop-executor=" + ours.program(), archive);
    }

    private double connected(String version) throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = ours.open(Subject.Line.TCP)) {
            return lines(version, "--oop-executor-connect=" + endpoint.address(), archive);
        }
    }

    /** Returns the time of a session, whose sum must be right. */
    private double lines(String version, String executor, Path runtime) throws IOException {
        Files.deleteIfExists(result);
        Path input = Files.writeString(work.resolve("lines.txt"), input(result));
        double millis = Tools.time(0, Repl.command(version, executor, runtime), input);
        if (!Files.exists(result)) {
            throw new IOException("the session's sum is wrong: " + executor);
        }
        return millis;
    }

    /** Returns the lines, which create a file if their sum is right. */
    static String input(Path result) {
        StringBuilder input =
                new StringBuilder(
                        "extern \"C\" int creat(const char *, unsigned);\nlong sum = 0;\n");
        long sum = 0;
        for (int i = 1; i <= LINES; i++) {
            input.append("sum += ").append(i).append(";\n");
            sum += i;
        }
        return input.append("if (sum == %d) creat(\"%s\", 0600);\n".formatted(sum, result))
                .append("%quit\n")
                .toString();
    }
}
