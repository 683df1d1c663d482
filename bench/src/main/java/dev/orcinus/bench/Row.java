package dev.orcinus.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A row of a comparison: the medians of rounds in which both subjects were measured in turn.
 *
 * @param unit of both figures
 * @param bar the limit of the ratio of ours to LLVM's
 */
record Row(String what, Subject.Line line, String unit, Bar bar) {
    /** The limit of a ratio. */
    record Bar(String text, double limit, boolean atMost) {
        static final Bar NONE = new Bar("report", 0, false);

        static Bar atMost(double limit) {
            return new Bar("<= " + limit, limit, true);
        }

        static Bar atLeast(double limit) {
            return new Bar(">= " + limit, limit, false);
        }

        String verdict(double ratio) {
            boolean holds = atMost ? ratio <= limit : ratio >= limit;
            return holds ? "" : " **missed**";
        }
    }

    /** Returns the result of one measurement. */
    @FunctionalInterface
    interface Measurement {
        double take(Subject subject) throws IOException, InterruptedException;
    }

    static void printHead() {
        System.out.println("| what | line | ours | LLVM's | ratio | bar |");
        System.out.println("|---|---|---|---|---|---|");
    }

    /** Measures in rounds and prints the row. */
    void compare(Subject ours, Subject llvm, int rounds, Measurement measurement)
            throws IOException, InterruptedException {
        List<Double> ourFigures = new ArrayList<>();
        List<Double> llvmFigures = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ourFigures.add(measurement.take(ours));
            llvmFigures.add(measurement.take(llvm));
        }
        print(median(ourFigures), median(llvmFigures));
    }

    static double median(List<Double> figures) {
        Collections.sort(figures);
        return figures.get(figures.size() / 2);
    }

    private void print(double ours, double llvm) {
        double ratio = ours / llvm;
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s %s | %s %s | %s%s | %s |%n",
                what,
                line,
                text(ours),
                unit,
                text(llvm),
                unit,
                text(ratio),
                bar.verdict(ratio),
                bar.text);
    }

    /** Returns a number with three significant digits. */
    static String text(double figure) {
        if (figure >= 100) {
            return String.format(Locale.ROOT, "%,.0f", figure);
        }
        return String.format(
                Locale.ROOT, figure >= 10 ? "%.1f" : figure >= 1 ? "%.2f" : "%.3f", figure);
    }
}
