package dev.orcinus.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A row that compares two measurements.
 *
 * @param unit of both figures
 * @param bar the limit of the ratio of ours to the rival's
 */
record Comparison(String what, String rival, String unit, Row.Bar bar) {
    /** Returns the result of one measurement. */
    @FunctionalInterface
    interface Measurement {
        double take() throws IOException, InterruptedException;
    }

    static void printHead() {
        System.out.println("| what | rival | ours | rival's | ratio | bar |");
        System.out.println("|---|---|---|---|---|---|");
    }

    /** Measures both in turn, and prints the medians. */
    void run(int rounds, Measurement ours, Measurement its)
            throws IOException, InterruptedException {
        List<Double> ourFigures = new ArrayList<>();
        List<Double> itsFigures = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ourFigures.add(ours.take());
            itsFigures.add(its.take());
        }
        print(what, rival, unit, bar, Row.median(ourFigures), Row.median(itsFigures));
    }

    static void print(
            String what, String rival, String unit, Row.Bar bar, double ours, double its) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s %s | %s %s | %s%s | %s |%n",
                what,
                rival,
                Row.text(ours),
                unit,
                Row.text(its),
                unit,
                Row.text(ours / its),
                bar.verdict(ours / its),
                bar.text());
    }
}
