package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares sessions that controllers of LLVM start through the launcher, and that the daemon in the
 * background serves, with those of LLVM's executors.
 */
final class WarmSessions {
    private static final int HELLO_STATUS = 42;
    private static final int AT_ONCE = 200;
    private static final int ROUNDS_PER_ROUND = 6;
    private static final int MOST_SECONDS = 60;
    private static final double SLOWEST_SETUP_MILLIS = 2_000;
    private static final double MOST_MILLIS_A_LINE = 0.5;

    private static final String FIRST_LINE =
            "extern \"C\" long write(int, const void *, unsigned long);"
                    + " auto r = write(1, \"x\\n\", 2);";

    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/sessions");
    private final Path archive = work.resolve("liborcinus_rt.a");
    private final Path result = work.resolve("result.txt");
    private WarmUser user;

    WarmSessions(int rounds) {
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Tools.time(0, Tools.command(Tools.root().resolve("orcinus"), "runtime", "-o", archive));
        try (WarmUser started = WarmUser.start()) {
            user = started;
            Comparison.printHead();
            if (Files.isExecutable(Loading.jitlink("23"))) {
                hello();
            }
            for (String version : List.of("22", "23")) {
                if (Files.isExecutable(Repl.program(version))) {
                    firstPrompt(version);
                    lines(version);
                }
            }
            atOnce();
        }
    }

    private static String executor(String version) {
        return Tools.llvmRoots().resolve("bin/llvm-jitlink-executor-" + version).toString();
    }

    private void hello() throws IOException, InterruptedException {
        new Comparison(
                        "llvm-jitlink 23, hello with the ORC runtime",
                        "LLVM's executor",
                        "ms",
                        Bar.atMost(1))
                .run(
                        ROUNDS_PER_ROUND * rounds,
                        () -> hello(WarmUser.launcher()),
                        () -> hello(executor("23")));
    }

    private double hello(String executor) throws IOException {
        return user.time(
                HELLO_STATUS,
                Tools.command(
                        Loading.jitlink("23"),
                        "-oop-executor=" + executor,
                        "-orc-runtime=" + Repl.runtime("23"),
                        Tools.root().resolve("examples/hello/hello.o"),
                        "-args",
                        "Orcinus"));
    }

    private void firstPrompt(String version) throws IOException, InterruptedException {
        String what = "clang-repl " + version + ": start to the first line's output";
        Path its = Repl.runtime(version);
        new Comparison(what, "LLVM's executor", "ms", Bar.atMost(1))
                .run(
                        ROUNDS_PER_ROUND * rounds,
                        () -> firstPrompt(version, WarmUser.launcher(), its),
                        () -> firstPrompt(version, executor(version), its));
        new Comparison(what + ", our archive", "LLVM's executor", "ms", Bar.atMost(0.9))
                .run(
                        ROUNDS_PER_ROUND * rounds,
                        () -> firstPrompt(version, WarmUser.launcher(), archive),
                        () -> firstPrompt(version, executor(version), its));
    }

    private double firstPrompt(String version, String executor, Path runtime) throws IOException {
        long began = System.nanoTime();
        try (Repl repl =
                new Repl(
                        user.command(
                                Repl.command(version, "--oop-executor=" + executor, runtime)))) {
            repl.say(FIRST_LINE);
            String heard = repl.hear();
            double millis = (System.nanoTime() - began) / 1e6;
            if (!heard.endsWith("x")) {
                throw new IOException("the first line says '" + heard + "': " + repl.errors());
            }
            return millis;
        }
    }

    private void lines(String version) throws IOException, InterruptedException {
        String what = "clang-repl " + version + ", " + ReplLines.LINES + " lines, our archive";
        List<Double> ours = new ArrayList<>();
        List<Double> its = new ArrayList<>();
        List<Double> inProcess = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ours.add(lines(version, "--oop-executor=" + WarmUser.launcher(), archive));
            its.add(lines(version, "--oop-executor=" + executor(version), Repl.runtime(version)));
            inProcess.add(lines(Tools.command(Repl.program(version))));
        }
        double our = Row.median(ours);
        double their = Row.median(its);
        Comparison.print(what, "LLVM's executor", "ms", Bar.atMost(0.7), our, their);
        Comparison.print(
                what + ": a line above one in process",
                "the bar",
                "ms",
                Bar.atMost(1),
                (our - Row.median(inProcess)) / ReplLines.LINES,
                MOST_MILLIS_A_LINE);
    }

    private double lines(String version, String executor, Path runtime) throws IOException {
        return lines(Repl.command(version, executor, runtime));
    }

    /** Returns the time of a session, whose sum must be right. */
    private double lines(List<String> command) throws IOException {
        Files.deleteIfExists(result);
        Path input = Files.writeString(work.resolve("lines.txt"), ReplLines.input(result));
        double millis = user.time(0, command, input);
        if (!Files.exists(result)) {
            throw new IOException("the session's sum is wrong: " + command);
        }
        return millis;
    }

    private void atOnce() throws IOException, InterruptedException {
        List<Double> slowest = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            slowest.add(slowestOf(AT_ONCE));
        }
        Comparison.print(
                AT_ONCE + " sessions at once, the slowest from its start to Setup",
                "the bar",
                "ms",
                Bar.atMost(1),
                Row.median(slowest),
                SLOWEST_SETUP_MILLIS);
    }

    /** Starts sessions at once; returns how long the slowest takes to speak. All have to. */
    private double slowestOf(int count) throws IOException {
        List<Process> executors = new ArrayList<>();
        List<SetupWait> waits = new ArrayList<>();
        double slowest = 0;
        try {
            for (int i = 0; i < count; i++) {
                long began = System.nanoTime();
                Process executor =
                        user.command(List.of(WarmUser.launcher(), "filedescs=0,1"))
                                .redirectError(Redirect.DISCARD)
                                .start();
                executors.add(executor);
                waits.add(new SetupWait(executor, began));
            }
            for (SetupWait wait : waits) {
                slowest = Math.max(slowest, wait.millis());
            }
            for (Process executor : executors) {
                executor.getOutputStream().close();
                Tools.requireEnd(executor, MOST_SECONDS);
            }
            return slowest;
        } finally {
            executors.forEach(Process::destroyForcibly);
        }
    }

    /** A thread that waits for the first byte of an executor. */
    private static final class SetupWait {
        private final Thread thread;
        private volatile double millis = -1;

        SetupWait(Process executor, long began) {
            thread =
                    new Thread(
                            () -> {
                                try {
                                    if (executor.getInputStream().read() >= 0) {
                                        millis = (System.nanoTime() - began) / 1e6;
                                    }
                                } catch (IOException e) {
                                    // it is lost
                                }
                            });
            thread.start();
        }

        double millis() throws IOException {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (millis < 0) {
                throw new IOException("a session is lost");
            }
            return millis;
        }
    }
}
