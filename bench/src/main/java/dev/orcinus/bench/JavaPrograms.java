package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures what a Java program meets that has the artifact on its class path: the first call of
 * inline C, with and without a cache for the JVM's start, and many replacements of an object.
 */
final class JavaPrograms {
    private static final double FIRST_CALL_BAR_MS = 60;
    private static final double REPLACE_BAR_MS = 0.3;

    private final int rounds;
    private final int reloads;
    private final Path work = Tools.root().resolve("bench/target/java");

    JavaPrograms(int rounds, int reloads) {
        this.rounds = rounds;
        this.reloads = reloads;
    }

    void run() throws IOException, InterruptedException {
        Path program = compile();
        Path cache = work.resolve("first.aot");
        run(program, List.of("-XX:AOTCacheOutput=" + cache), "first");
        System.out.println(
                "| first call of inline C, compiled before | `Jit.inProcess()` | `compile` | `bind`"
                        + " and call | all | bar | private memory |");
        System.out.println("|---|---|---|---|---|---|---|");
        ffmCall("the FFM API alone calls `strlen`", program, List.of());
        firstCall("a fresh JVM", program, List.of());
        firstCall(
                "the same, `-XX:TieredStopAtLevel=1 -XX:+UseSerialGC`",
                program,
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        List<String> cached =
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:AOTCache=" + cache);
        firstCall("the same with `-XX:AOTCache=`", program, cached);
        ffmCall("the FFM API alone, with that cache", program, cached);
        System.out.println();
        replacements(program);
    }

    private Path compile() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Path classes = work.resolve("classes");
        String java = Files.readAllLines(launch()).get(1);
        Path source = Tools.root().resolve("bench/java/JavaUse.java");
        Tools.time(
                0,
                Tools.command(
                        Path.of(java).resolveSibling("javac"),
                        "-cp",
                        jar(),
                        "-d",
                        classes,
                        source));
        Path program = work.resolve("program.jar");
        Tools.time(
                0,
                Tools.command(
                        Path.of(java).resolveSibling("jar"),
                        "--create",
                        "--file",
                        program,
                        "-C",
                        classes,
                        "."));
        return program;
    }

    private static Path launch() {
        return Tools.root().resolve("cli/target/app/launch");
    }

    private static Path jar() throws IOException {
        Path folder = Tools.root().resolve("library/target");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            f ->
                                    f.getFileName()
                                            .toString()
                                            .matches("orcinus-[^a-z]*(SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new Skipped("no artifact in " + folder));
        }
    }

    private static Map<String, Double> run(Path program, List<String> options, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Files.readAllLines(launch()).get(1));
        command.addAll(options);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", jar() + ":" + program));
        command.add("JavaUse");
        command.addAll(List.of(arguments));
        Map<String, Double> figures = new HashMap<>();
        for (String line : LoaderRun.output(command).lines().toList()) {
            String[] parts = line.split(" ", 2);
            if (parts[0].contains("_")) {
                figures.put(parts[0], Double.valueOf(parts[1]));
            }
        }
        return figures;
    }

    private Map<String, List<Double>> runs(Path program, List<String> options, String use)
            throws IOException {
        Map<String, List<Double>> all = new HashMap<>();
        for (int i = 0; i < rounds; i++) {
            run(program, options, use)
                    .forEach(
                            (name, figure) ->
                                    all.computeIfAbsent(name, _ -> new ArrayList<>()).add(figure));
        }
        return all;
    }

    /**
     * Prints what a first native call takes without Orcinus, which nothing of ours can undercut.
     */
    private void ffmCall(String what, Path program, List<String> options) throws IOException {
        Map<String, List<Double>> all = runs(program, options, "ffm");
        System.out.printf(
                Locale.ROOT,
                "| %s | | | | %s ms | report | %.1f MiB |%n",
                what,
                Row.text(Row.median(all.get("all_ms"))),
                Row.median(all.get("grown_kib")) / 1024);
    }

    private void firstCall(String what, Path program, List<String> options) throws IOException {
        Map<String, List<Double>> all = runs(program, options, "first");
        double whole = Row.median(all.get("all_ms"));
        System.out.printf(
                Locale.ROOT,
                "| %s | %s ms | %s ms | %s ms | %s ms%s | <= %.0f | %.1f MiB |%n",
                what,
                Row.text(Row.median(all.get("open_ms"))),
                Row.text(Row.median(all.get("compile_ms"))),
                Row.text(Row.median(all.get("call_ms"))),
                Row.text(whole),
                whole <= FIRST_CALL_BAR_MS ? "" : " **missed**",
                FIRST_CALL_BAR_MS,
                Row.median(all.get("grown_kib")) / 1024);
    }

    /** The heap has a fixed size, and C2, whose work takes tens of MiB at times, is not there. */
    private void replacements(Path program) throws IOException {
        List<String> fixed =
                List.of(
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1");
        Map<String, Double> seen = run(program, fixed, "reload", Integer.toString(reloads));
        System.out.println("| | p50 | bar | p99 | RSS, MiB | maps |\n|---|---|---|---|---|---|");
        double middle = seen.get("p50_ms");
        System.out.printf(
                Locale.ROOT,
                "| %,d replacements of an object | %.3f ms%s | <= %.1f | %.3f ms | %.1f, %.1f | %.0f, %.0f |%n",
                reloads,
                middle,
                middle <= REPLACE_BAR_MS ? "" : " **missed**",
                REPLACE_BAR_MS,
                seen.get("p99_ms"),
                seen.get("start_kib") / 1024,
                seen.get("end_kib") / 1024,
                seen.get("start_maps"),
                seen.get("end_maps"));
    }
}
