package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares our ORC runtime with LLVM's {@code liborc_rt}, both on our executor, and the number of
 * calls for an object by our loader and by llvm-jitlink.
 */
final class Runtimes {
    private static final int STATUS_OF_HELLO = 42;
    private static final int OBJECTS = 50;
    private static final long REPORT_CHECKS = 5_000;

    /** A line of code that writes at once, so that the relay sees when it runs. */
    private static final String FIRST_LINE =
            "extern \"C\" long write(int, const void *, unsigned long);"
                    + " auto r = write(1, \"x\\n\", 2);\n";

    private final Ours ours;
    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/runtime");
    private final Path archive = work.resolve("liborcinus_rt.a");

    Runtimes(Ours ours, int rounds) {
        this.ours = ours;
        this.rounds = rounds;
    }

    /**
     * The counts of the relay.
     *
     * @param frames the frames of both directions
     * @param bytes the bytes of both directions
     */
    private record Traffic(double frames, double bytes) {}

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Tools.time(0, Tools.command(ours.program(), "runtime", "-o", archive));
        Comparison.printHead();
        for (String version : List.of("22", "23")) {
            if (Files.isExecutable(tool("clang-repl", version))) {
                firstLine(version);
            }
            if (Files.isExecutable(tool("llvm-jitlink", version))) {
                wholeRuns(version);
            }
        }
        perObject();
    }

    private static Path tool(String name, String version) {
        return Tools.llvmRoots().resolve("bin/" + name + "-" + version);
    }

    private static Path liborc(String version) {
        return Tools.llvmRoots().resolve("orc-rt/liborc_rt-" + version + ".a");
    }

    private void firstLine(String version) throws IOException, InterruptedException {
        Traffic our = untilFirstLine(version, archive);
        Traffic its = untilFirstLine(version, liborc(version));
        String what = "clang-repl " + version + ", until the first line runs: ";
        String rival = "liborc_rt " + version;
        Comparison.print(what + "bytes", rival, "", Row.Bar.atMost(0.3), our.bytes, its.bytes);
        Comparison.print(what + "messages", rival, "", Row.Bar.NONE, our.frames, its.frames);
    }

    private Traffic untilFirstLine(String version, Path runtime)
            throws IOException, InterruptedException {
        Path input = Files.writeString(work.resolve("first.txt"), FIRST_LINE);
        Path report = freshReport();
        Process repl =
                new ProcessBuilder(
                                tool("clang-repl", version).toString(),
                                "--oop-executor=" + relay(report, ours.program()),
                                "--orc-runtime=" + runtime)
                        .redirectInput(input.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Tools.requireEnd(repl, 60);
        return traffic(report, "first");
    }

    /**
     * Writes a script that runs the relay, because controllers take a program without arguments.
     */
    private Path relay(Path report, String executor) throws IOException {
        Path script = work.resolve("relay.sh");
        Files.writeString(
                script,
                "#!/bin/sh\nexec '%s' '%s' '%s' \"$@\"\n".formatted(relay(), report, executor));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + script);
        }
        return script;
    }

    private static Path relay() {
        return Tools.root().resolve("bench/target/relay");
    }

    private Path freshReport() throws IOException {
        Path report = work.resolve("report.txt");
        Files.deleteIfExists(report);
        return report;
    }

    /**
     * Waits for the report, because not all controllers wait for their executor's end, and returns
     * its counts.
     */
    private static Traffic traffic(Path report, String when)
            throws IOException, InterruptedException {
        for (int i = 0; i < REPORT_CHECKS; i++) {
            List<String> lines = Files.exists(report) ? Files.readAllLines(report) : List.of();
            if (lines.stream().anyMatch(line -> line.startsWith("all "))) {
                for (String line : lines) {
                    String[] words = line.split(" ", -1);
                    if (words[0].equals(when)) {
                        return new Traffic(
                                Double.parseDouble(words[1]), Double.parseDouble(words[2]));
                    }
                }
            }
            Thread.sleep(2);
        }
        throw new IOException("the relay does not report '" + when + "': " + report);
    }

    private void wholeRuns(String version) throws IOException, InterruptedException {
        String what = "llvm-jitlink " + version + " hello, ";
        String rival = "liborc_rt " + version;
        new Comparison(what + "pipes", rival, "ms", Row.Bar.atMost(0.8))
                .run(
                        rounds,
                        () -> hello(version, archive, "-oop-executor=" + ours.program()),
                        () -> hello(version, liborc(version), "-oop-executor=" + ours.program()));
        new Comparison(what + "warm daemon", rival, "ms", Row.Bar.atMost(0.8))
                .run(
                        rounds,
                        () -> connected(version, archive),
                        () -> connected(version, liborc(version)));
    }

    private double connected(String version, Path runtime)
            throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = ours.open(Subject.Line.TCP)) {
            return hello(version, runtime, "-oop-executor-connect=" + endpoint.address());
        }
    }

    private static double hello(String version, Path runtime, String executor) throws IOException {
        return Tools.time(
                STATUS_OF_HELLO,
                Tools.command(
                        tool("llvm-jitlink", version),
                        executor,
                        "-orc-runtime=" + runtime,
                        Tools.root().resolve("examples/hello/hello.o")));
    }

    private void perObject() throws IOException, InterruptedException {
        Path measured = compile("measured", "measured");
        double our =
                (loaded(measured, OBJECTS + 1).frames - loaded(measured, 1).frames) / OBJECTS / 2;
        for (String version : List.of("19", "22", "23")) {
            if (Files.isExecutable(tool("llvm-jitlink", version))) {
                double its =
                        (jitlinked(version, OBJECTS).frames - jitlinked(version, 0).frames)
                                / OBJECTS
                                / 2;
                Comparison.print(
                        "calls to load an object that calls strlen",
                        "llvm-jitlink " + version,
                        "",
                        Row.Bar.NONE,
                        our,
                        its);
            }
        }
        System.out.println("\nOur bar: at most 2 calls" + (our <= 2 ? "" : " **missed**"));
    }

    private Path compile(String function, String name) throws IOException {
        Path source = work.resolve("measured.c");
        Files.writeString(
                source,
                """
                unsigned long strlen(const char *);
                unsigned long FUNCTION(const char *s) { return 2 * strlen(s); }
                """);
        return compile(source, name, "-DFUNCTION=" + function);
    }

    private Path compile(Path source, String name, String... options) throws IOException {
        Path object = work.resolve(name + ".o");
        List<String> command = new ArrayList<>(List.of("cc", "-O1", "-fPIC", "-fno-builtin", "-c"));
        command.addAll(List.of(options));
        command.addAll(Tools.command(source, "-o", object));
        Tools.time(0, command);
        return object;
    }

    private Traffic loaded(Path object, int count) throws IOException, InterruptedException {
        Path report = freshReport();
        LoaderRun.measure(
                "remote",
                object.toString(),
                Integer.toString(count),
                relay().toString(),
                report.toString(),
                ours.program());
        return traffic(report, "all");
    }

    /**
     * Returns the counts for a main that calls {@code count} functions, each in an object of its
     * own.
     */
    private Traffic jitlinked(String version, int count) throws IOException, InterruptedException {
        StringBuilder main = new StringBuilder("int main(void) { return 0");
        List<String> objects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            main.append(" + (f").append(i).append("(\"\") != 0)");
            main.insert(0, "unsigned long f" + i + "(const char *);\n");
            objects.add(compile("f" + i, "f" + i).toString());
        }
        Path source = Files.writeString(work.resolve("main.c"), main.append("; }\n"));
        objects.add(compile(source, "main").toString());
        Path report = freshReport();
        List<String> command =
                Tools.command(
                        tool("llvm-jitlink", version),
                        "-oop-executor=" + relay(report, ours.program()));
        command.addAll(objects);
        Tools.time(0, command);
        return traffic(report, "all");
    }
}
