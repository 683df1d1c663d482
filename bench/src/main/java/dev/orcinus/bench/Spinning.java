package dev.orcinus.bench;

import dev.orcinus.bench.Row.Bar;
import dev.orcinus.bench.Subject.Line;
import java.io.IOException;
import java.util.Map;

/** Measures the cost of polling for traffic before each sleep while there is no traffic. */
final class Spinning {
    private static final int SILENT_SECONDS = 10;
    private static final int THINKING_SECONDS = 4;
    private static final int MILLIONS = 500;

    private final Ours ours;
    private final Llvm llvm;
    private final int rounds;

    Spinning(Ours ours, Llvm llvm, int rounds) {
        this.ours = ours;
        this.llvm = llvm;
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        printSilence();
        Row.printHead();
        for (int micros : new int[] {100, 1_000, 10_000}) {
            String what = "CPU time of the executor per call, one each " + micros / 1000.0 + " ms";
            new Row(what, Line.TCP, "us", Bar.NONE)
                    .compare(
                            ours,
                            llvm,
                            Math.min(rounds, 3),
                            subject -> cpuPerCall(subject, micros));
        }
        for (int micros : new int[] {0, 100, 1_000, 10_000}) {
            for (Line line : Line.values()) {
                work(line, micros);
            }
        }
    }

    private void printSilence() throws IOException, InterruptedException {
        for (Line line : Line.values()) {
            for (Subject subject : new Subject[] {ours, llvm}) {
                System.out.println(
                        (subject == ours ? "Ours" : "LLVM's")
                                + ", over "
                                + line
                                + ", in "
                                + SILENT_SECONDS
                                + " s of silence after 2,000 calls: "
                                + Row.text(cpu(subject, line, 0, SILENT_SECONDS).millis)
                                + " ms of CPU time\n");
            }
        }
    }

    /** The CPU time that an executor has used, and the calls that it has served meanwhile. */
    private final class Used implements Probe.Steps {
        private final boolean isDaemon;
        private double millis;
        private Map<String, Double> figures;

        Used(Subject subject, Line line) {
            isDaemon = subject == ours && line == Line.TCP;
        }

        @Override
        public void at(String step, long pid) throws IOException {
            ProcessHandle executor = isDaemon ? ours.daemon() : ProcessHandle.of(pid).orElseThrow();
            double sum = Machine.cpuMillis(executor.pid());
            for (ProcessHandle guest : executor.descendants().toList()) {
                sum += Machine.cpuMillis(guest.pid());
            }
            millis = sum - millis;
        }
    }

    private Used cpu(Subject subject, Line line, int micros, int seconds)
            throws IOException, InterruptedException {
        Used used = new Used(subject, line);
        try (Subject.Endpoint endpoint = subject.open(line)) {
            used.figures = new Probe("think", micros, seconds).run(endpoint, used);
        }
        return used;
    }

    private double cpuPerCall(Subject subject, int micros)
            throws IOException, InterruptedException {
        Used used = cpu(subject, Line.TCP, micros, THINKING_SECONDS);
        return used.millis * 1000 / used.figures.get("calls");
    }

    /** Measures a controller that computes on all CPUs. */
    private void work(Line line, int micros) throws IOException, InterruptedException {
        int cpus = Runtime.getRuntime().availableProcessors();
        Probe probe = new Probe("work", cpus, MILLIONS, micros);
        String calls = micros == 0 ? "no calls" : "a call each " + micros / 1000.0 + " ms";
        new Row("controller busy on all CPUs, " + calls, line, "ms", Bar.NONE)
                .compare(ours, llvm, rounds, subject -> workingMillis(probe, subject, line));
    }

    /**
     * Returns the time of the controller's work. It begins after the daemon has started the next
     * guest, so that this start is not measured.
     */
    private static double workingMillis(Probe probe, Subject subject, Line line)
            throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = subject.open(line)) {
            return probe.run(
                            endpoint,
                            (step, _) -> {
                                if (step.equals("begin")) {
                                    Thread.sleep(Ours.REFILL_MILLIS);
                                }
                            })
                    .get("ms");
        }
    }
}
