package dev.orcinus.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares bound interfaces with handles of the FFM API, JNA and JNR-FFI, each in a JVM of its own.
 */
final class BoundCalls {
    private static final String SOURCE =
            """
            #include <stdlib.h>
            #include <string.h>
            struct point { double x, y; };
            int add(int a, int b) { return a + b; }
            void sort(int *base, long count, long size, int (*compare)(const void *, const void *)) {
                qsort(base, count, size, compare);
            }
            long length(const char *text) { return strlen(text); }
            struct point moved(struct point p, double by) { return (struct point) {p.x + by, p.y - by}; }
            """;
    private static final List<String> WAYS =
            List.of("ffm", "closable", "bind", "unchecked", "jna", "jnadirect", "jnr");
    private static final double BAR = 1.05;

    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/bind");
    private final Path app = Tools.root().resolve("cli/target/app");
    private final Path object = work.resolve("bound.o");
    private final Path library = work.resolve("libbound.so");
    private final Path jars = work.resolve("lib");
    private final Path classes = work.resolve("classes");

    BoundCalls(int rounds) {
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        build();
        System.out.println(
                "| call | FFM by hand | FFM, a library that can be closed | `bind` | ratio |"
                        + " `@Unchecked` | ratio | JNA | JNA, direct | JNR-FFI |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        row("int add(int, int)", "add");
        row("qsort of 10,000 elements, callback", "sort");
        row("length of a String", "length");
        row("struct by value, both ways", "struct");
    }

    private void build() throws IOException {
        Files.createDirectories(classes);
        Path source = Files.writeString(work.resolve("bound.c"), SOURCE);
        Tools.time(0, Tools.command("cc", "-O2", "-fPIC", "-c", "-o", object, source));
        Tools.time(0, Tools.command("cc", "-shared", "-o", library, object));
        Tools.time(0, Tools.command(Tools.root().resolve("bench/bind/fetch.sh"), jars));
        List<String> compiler = new ArrayList<>();
        compiler.add(Path.of(java()).resolveSibling("javac").toString());
        compiler.addAll(paths());
        compiler.addAll(
                Tools.command(
                        "-d", classes, Tools.root().resolve("bench/bind/BoundCallTimes.java")));
        Tools.time(0, compiler);
    }

    private String java() throws IOException {
        return Files.readAllLines(app.resolve("launch")).get(1);
    }

    private List<String> paths() throws IOException {
        return List.of(
                "-p", app.toString(), "--add-modules", "dev.orcinus.loader", "-cp", classPath());
    }

    /** Measures one call in all ways, in turn, and prints its row. */
    private void row(String what, String call) throws IOException {
        Map<String, List<Double>> figures = new HashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (String way : WAYS) {
                measure(way, call, figures);
            }
        }
        print(what, figures);
    }

    private void measure(String way, String call, Map<String, List<Double>> figures)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(
                List.of(
                        "--enable-native-access=dev.orcinus.bindings,ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dbench.closable=" + way.equals("closable"),
                        "-Dbench.library=" + library));
        command.addAll(paths());
        command.addAll(Tools.command("BoundCallTimes", way, call, object, library));
        for (String line : LoaderRun.output(command).lines().toList()) {
            String[] parts = line.split(" ", 2);
            if (parts[0].endsWith("_ns")) {
                figures.computeIfAbsent(way, _ -> new ArrayList<>()).add(Double.valueOf(parts[1]));
            }
        }
    }

    private String classPath() throws IOException {
        try (Stream<Path> all = Files.list(jars)) {
            return Stream.concat(Stream.of(classes), all)
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static void print(String what, Map<String, List<Double>> figures) {
        Map<String, String> texts = new HashMap<>();
        Map<String, Double> medians = new HashMap<>();
        for (String way : WAYS) {
            List<Double> all = figures.get(way);
            if (all != null) {
                medians.put(way, Row.median(all));
            }
            texts.put(way, all == null ? "–" : time(medians.get(way)));
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                what,
                texts.get("ffm"),
                texts.get("closable"),
                texts.get("bind"),
                ratio(medians.get("bind") / medians.get("ffm")),
                texts.get("unchecked"),
                ratio(medians.get("unchecked") / medians.get("ffm")),
                texts.get("jna"),
                texts.get("jnadirect"),
                texts.get("jnr"));
    }

    private static String time(double nanos) {
        return nanos >= 1e6 ? Row.text(nanos / 1e6) + " ms" : Row.text(nanos) + " ns";
    }

    private static String ratio(double seen) {
        return String.format(Locale.ROOT, "%.3f%s", seen, seen <= BAR ? "" : " **missed**");
    }
}
