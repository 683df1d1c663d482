package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compares calls of {@code Jit.isolated()} with those of {@code Jit.inProcess()}. */
final class CallDistances {
    private static final String CALLS = "100000";
    private static final double HOT_MICROS = 1;
    private static final double PAUSED_MICROS = 15;
    private static final String SOURCE =
            """
            #include <string.h>
            long back(long n);
            long add(long a, long b) { return a + b; }
            double scale(double a, double b) { return a * b; }
            long length(const char *text) { return strlen(text); }
            long ask(long n) { return back(n); }
            """;

    private final int rounds;

    CallDistances(int rounds) {
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Path work = Tools.root().resolve("bench/target/loader");
        Files.createDirectories(work);
        Path source = Files.writeString(work.resolve("distances.c"), SOURCE);
        Path object = work.resolve("distances.o");
        Tools.time(0, Tools.command("cc", "-O2", "-fPIC", "-c", "-o", object, source));
        List<Map<String, Double>> figures = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            figures.add(LoaderRun.measure("distances", object.toString(), CALLS));
        }
        System.out.println("| call, p50 | `Jit.isolated()` | `Jit.inProcess()` | bar |");
        System.out.println("|---|---|---|---|");
        print("two integers, hot", "add_hot", HOT_MICROS, figures);
        print("the same after a pause of 1 ms", "add_paused", PAUSED_MICROS, figures);
        print("two doubles, hot", "scale_hot", 0, figures);
        print("the same after a pause of 1 ms", "scale_paused", 0, figures);
        print("pointer to shared memory, hot", "length_hot", 0, figures);
        print("with a call of Java, hot", "ask_hot", 0, figures);
        print("the same after a pause of 1 ms", "ask_paused", 0, figures);
    }

    private static void print(
            String what, String name, double limit, List<Map<String, Double>> figures) {
        double isolated = median("isolated_" + name + "_us", figures);
        double inProcess = median("inprocess_" + name + "_us", figures);
        String bar = limit == 0 ? "report" : "<= " + Row.text(limit) + " us";
        System.out.printf(
                Locale.ROOT,
                "| %s | %s us%s | %s us | %s |%n",
                what,
                Row.text(isolated),
                limit == 0 || isolated <= limit ? "" : " **missed**",
                Row.text(inProcess),
                bar);
    }

    private static double median(String name, List<Map<String, Double>> figures) {
        List<Double> all = new ArrayList<>();
        figures.forEach(round -> all.add(round.get(name)));
        return Row.median(all);
    }
}
