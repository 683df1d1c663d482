package dev.orcinus.bench;

import static dev.orcinus.bench.Subject.Line.PIPES;
import static dev.orcinus.bench.Subject.Line.TCP;

import dev.orcinus.bench.Row.Bar;
import java.io.IOException;

/** Measures the calls of a controller that does nothing else. */
final class Calls {
    private static final int PAGE_BYTES = 4 << 10;
    private static final int LARGE_BYTES = 16 << 20;

    private final Ours ours;
    private final Llvm llvm;
    private final int rounds;

    Calls(Ours ours, Llvm llvm, int rounds) {
        this.ours = ours;
        this.llvm = llvm;
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        Row.printHead();
        Probe empty = new Probe("rtt", 10_000);
        compare("empty call, p50", TCP, "us", Bar.atMost(0.5), empty, "p50_us");
        compare("empty call, p50", PIPES, "us", Bar.NONE, empty, "p50_us");
        Probe pipelined = new Probe("pipeline", 50_000, 16);
        compare("16 in flight", TCP, "calls/s", Bar.atLeast(2), pipelined, "calls_per_s");
        compare("16 in flight", PIPES, "calls/s", Bar.NONE, pipelined, "calls_per_s");
        Probe stalling = new Probe("cycle", PAGE_BYTES, 20, 5).asLlvmWrites();
        compare("4 KiB cycle, p50", TCP, "us", Bar.atMost(0.01), stalling, "p50_us");
        Probe polite = new Probe("cycle", PAGE_BYTES, 20, 5);
        compare("same, one write for a frame", TCP, "us", Bar.NONE, polite, "p50_us");
        Probe cycle = new Probe("cycle", PAGE_BYTES, 2_000, 500);
        compare("4 KiB cycle, p50", PIPES, "us", Bar.NONE, cycle, "p50_us");
        Probe large = new Probe("initialize", LARGE_BYTES, 10);
        compare("initialize 16 MiB", TCP, "GB/s", Bar.atLeast(10), large, "gb_per_s");
        compare("initialize 16 MiB", PIPES, "GB/s", Bar.NONE, large, "gb_per_s");
    }

    private void compare(
            String what, Subject.Line line, String unit, Bar bar, Probe probe, String figure)
            throws IOException, InterruptedException {
        new Row(what, line, unit, bar)
                .compare(ours, llvm, rounds, subject -> probe.measure(subject, line, figure));
    }
}
