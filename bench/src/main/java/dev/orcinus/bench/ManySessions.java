package dev.orcinus.bench;

import dev.orcinus.bench.Machine.Holding;
import dev.orcinus.bench.Row.Bar;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Measures a daemon that many controllers are connected to, and how soon it serves one more. */
final class ManySessions {
    private static final int FEW = 10;
    private static final int MANY = 500;
    private static final int CONNECTS = 20;
    private static final int SETTLE_MILLIS = 3_000;

    private final Llvm llvm;
    private final int rounds;

    ManySessions(Llvm llvm, int rounds) {
        this.llvm = llvm;
        this.rounds = rounds;
    }

    void run() throws IOException, InterruptedException {
        List<Socket> open = new ArrayList<>();
        try (Ours ours = new Ours(Tools.root(), "--sessions", Integer.toString(2 * MANY))) {
            Comparison.printHead();
            compareSetup(ours);
            connect(open, ours, FEW);
            double before = kibOfAll(ours);
            connect(open, ours, MANY);
            Comparison.print(
                    "memory of an idle session, " + FEW + " to " + MANY,
                    "an executor of LLVM",
                    "KiB",
                    Bar.atMost(0.35),
                    (kibOfAll(ours) - before) / (MANY - FEW),
                    kibOfLlvm());
            Probe call = new Probe("rtt", 10_000);
            new Row(MANY + " sessions open: empty call", Subject.Line.TCP, "us", Bar.NONE)
                    .compare(
                            ours,
                            llvm,
                            rounds,
                            subject -> call.measure(subject, Subject.Line.TCP, "p50_us"));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private void compareSetup(Ours ours) throws IOException, InterruptedException {
        for (int i = 0; i < CONNECTS; i++) {
            setupOf(ours); // the daemon's code gets compiled
        }
        Probe setup = new Probe("setup");
        Subject.Endpoint start = Subject.Endpoint.startedByProbe(llvm.program());
        new Comparison("connect to Setup", "start to Setup", "ms", Bar.atMost(0.5))
                .run(
                        CONNECTS * rounds,
                        () -> setupOf(ours),
                        () -> setup.run(start).get("setup_ms"));
    }

    private static double setupOf(Ours ours) throws IOException, InterruptedException {
        try (Subject.Endpoint line = ours.open(Subject.Line.TCP)) {
            return new Probe("setup").run(line).get("setup_ms");
        }
    }

    private static void connect(List<Socket> open, Ours ours, int count)
            throws IOException, InterruptedException {
        String[] address = ours.connection().address().split(":", -1);
        while (open.size() < count) {
            Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
            open.add(socket);
            if (socket.getInputStream().read() < 0) {
                throw new IOException("the daemon refuses session " + open.size());
            }
        }
        Thread.sleep(SETTLE_MILLIS);
    }

    private static double kibOfAll(Ours ours) throws IOException {
        long sum = Holding.of(ours.daemon().pid()).pssKib();
        for (ProcessHandle process : ours.daemon().descendants().toList()) {
            sum += Holding.of(process.pid()).pssKib();
        }
        return sum;
    }

    private double kibOfLlvm() throws IOException, InterruptedException {
        List<Double> kib = new ArrayList<>();
        try (Subject.Endpoint endpoint = llvm.open(Subject.Line.TCP)) {
            new Probe("rtt", 1)
                    .run(endpoint, (step, pid) -> kib.add((double) Holding.of(pid).pssKib()));
        }
        return kib.getLast();
    }
}
