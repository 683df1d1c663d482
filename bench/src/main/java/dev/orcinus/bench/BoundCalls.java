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
            List.of("ffm", "bind", "unchecked", "jna", "jnadirect", "jnr");
    private static final double BAR = 1.05;

    private final int rounds;
    private final Path work = Tools.root().resolve("bench/target/bind");

    BoundCalls(int rounds) {
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Files.createDirectories(work);
        Path source = Files.writeString(work.resolve("bound.c"), SOURCE);
        Path object = work.resolve("bound.o");
        Path library = work.resolve("libbound.so");
        Tools.time(0, Tools.command("cc", "-O2", "-fPIC", "-c", "-o", object, source));
        Tools.time(0, Tools.command("cc", "-shared", "-o", library, object));
        Path jars = work.resolve("lib");
        Tools.time(0, Tools.command(Tools.root().resolve("bench/bind/fetch.sh"), jars));
        Map<String, List<Double>> figures = new HashMap<>();
        for (int i = 0; i < rounds; i++) {
            for (String way : WAYS) {
                measure(way, object, library, jars, figures);
            }
        }
        System.out.println(
                "| call | FFM by hand | `bind` | ratio | `@Unchecked` | ratio | JNA | JNA, direct | JNR-FFI |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        print("int add(int, int)", "add", figures);
        print("qsort of 10,000 elements, callback", "sort", figures);
        print("length of a String", "length", figures);
        print("struct by value, both ways", "struct", figures);
    }

    private void measure(
            String way, Path object, Path library, Path jars, Map<String, List<Double>> figures)
            throws IOException {
        Path app = Tools.root().resolve("cli/target/app");
        List<String> command = new ArrayList<>();
        command.add(Files.readAllLines(app.resolve("launch")).get(1));
        command.addAll(
                List.of(
                        "--enable-native-access=dev.orcinus.bindings,ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dbench.library=" + library,
                        "-p",
                        app.toString(),
                        "--add-modules",
                        "dev.orcinus.loader",
                        "-cp",
                        classPath(jars),
                        Tools.root().resolve("bench/bind/BoundCallTimes.java").toString(),
                        way,
                        object.toString(),
                        library.toString()));
        for (String line : LoaderRun.output(command).lines().toList()) {
            String[] parts = line.split(" ", 2);
            if (parts[0].endsWith("_ns")) {
                figures.computeIfAbsent(way + "_" + parts[0], _ -> new ArrayList<>())
                        .add(Double.valueOf(parts[1]));
            }
        }
    }

    private static String classPath(Path jars) throws IOException {
        try (Stream<Path> all = Files.list(jars)) {
            return all.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static void print(String what, String name, Map<String, List<Double>> figures) {
        Map<String, String> texts = new HashMap<>();
        Map<String, Double> medians = new HashMap<>();
        for (String way : WAYS) {
            List<Double> all = figures.get(way + "_" + name + "_ns");
            if (all != null) {
                medians.put(way, Row.median(all));
            }
            texts.put(way, all == null ? "–" : Row.text(medians.get(way)) + " ns");
        }
        double checked = medians.get("bind") / medians.get("ffm");
        double unchecked = medians.get("unchecked") / medians.get("ffm");
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.3f | %s | %.3f%s | %s | %s | %s |%n",
                what,
                texts.get("ffm"),
                texts.get("bind"),
                checked,
                texts.get("unchecked"),
                unchecked,
                unchecked <= BAR ? "" : " **missed**",
                texts.get("jna"),
                texts.get("jnadirect"),
                texts.get("jnr"));
    }
}
