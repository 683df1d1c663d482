package dev.orcinus.bench;

import dev.orcinus.bench.Machine.Holding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures a daemon under load: many connections at once, many sessions in a row of which some
 * crash, and a table of sockets that another user has filled.
 */
final class Load {
    private static final double MOST_SETUP_SECONDS = 3;
    private static final double MOST_GROWTH_MIB = 20;
    private static final double MOST_SLOWDOWN = 1.2;
    private static final int CRASH_EVERY = 5;
    private static final int SNAPSHOTS = 5;

    /** So many sessions use each page of the young generation once, which has 100 MiB. */
    private static final int SESSIONS_OF_WARM_UP = 1_000;

    private static final int CONNECTS = 40;

    /** So many take some 20 seconds, and closed connections are remembered for 60. */
    private static final int SETUPS = 20;

    private final Llvm llvm;
    private final int connections;
    private final int sessions;
    private final int rows;

    /**
     * The loads. One whose number is 0 is left out.
     *
     * @param connections how many controllers connect at once
     * @param sessions how many sessions follow one after the other
     * @param rows how many closed connections of another user the system remembers
     */
    Load(Llvm llvm, int connections, int sessions, int rows) {
        this.llvm = llvm;
        this.connections = connections;
        this.sessions = sessions;
        this.rows = rows;
    }

    void run() throws IOException, InterruptedException {
        if (connections > 0) {
            connectAtOnce();
        }
        if (sessions > 0) {
            runInARow();
        }
        if (rows > 0) {
            connectPastRows();
        }
    }

    private static String verdict(boolean holds) {
        return holds ? "" : " **missed**";
    }

    private void connectAtOnce() throws IOException, InterruptedException {
        System.out.println(
                "| " + connections + " at once | served | median, s | slowest, s | bar |");
        System.out.println("|---|---|---|---|---|");
        try (Ours ours = new Ours(Tools.root(), "--sessions", Integer.toString(connections))) {
            for (int i = 0; i < CONNECTS; i++) {
                setup(ours); // the daemon's code gets compiled
            }
            try (ManyLines lines = ManyLines.connect(address(ours), connections)) {
                print("connect to Setup, ours", lines, MOST_SETUP_SECONDS);
            }
        }
        try (ManyLines lines = ManyLines.start(llvm.program(), connections)) {
            print("start to Setup, executors of LLVM", lines, Double.MAX_VALUE);
        }
        System.out.println();
    }

    private void print(String what, ManyLines lines, double mostSeconds) {
        List<Double> seconds = lines.awaitSetups();
        double slowest = seconds.isEmpty() ? 0 : seconds.getLast();
        boolean holds = seconds.size() == connections && slowest <= mostSeconds;
        System.out.printf(
                "| %s | %d | %s | %s%s | %s |%n",
                what,
                seconds.size(),
                Row.text(seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2)),
                Row.text(slowest),
                verdict(holds || mostSeconds == Double.MAX_VALUE),
                mostSeconds == Double.MAX_VALUE ? "report" : "all; <= " + Row.text(mostSeconds));
    }

    private static InetSocketAddress address(Ours ours) {
        String[] parts = ours.connection().address().split(":", -1);
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    private static double setup(Ours ours) throws IOException, InterruptedException {
        try (Subject.Endpoint line = ours.connection()) {
            return new Probe("setup").run(line).get("setup_ms");
        }
    }

    /** One session stays open beside all others, and makes a call now and then. */
    private void runInARow() throws IOException, InterruptedException {
        System.out.println(
                sessions
                        + " sessions in a row, every "
                        + CRASH_EVERY
                        + "th crashes, one long session beside them:\n");
        System.out.println(Holding.HEAD);
        int warmUp = Math.max(1, sessions / SNAPSHOTS);
        try (Ours ours = new Ours(Tools.root())) {
            ours.expectCrashes();
            AtomicInteger answers = new AtomicInteger();
            AtomicBoolean isOver = new AtomicBoolean();
            Thread beside = new Thread(() -> answerBeside(ours, answers, isOver), "beside");
            beside.start();
            while (answers.get() == 0 && beside.isAlive()) {
                Thread.sleep(1);
            }
            long before = 0;
            for (int done = 1; done <= sessions; done++) {
                runSession(ours, done % CRASH_EVERY == 0);
                if (done % warmUp == 0) {
                    Holding holding = Holding.of(ours.daemon().pid());
                    before = before == 0 ? holding.privateKib() : before;
                    System.out.println(holding.row("after " + done + " sessions"));
                }
            }
            boolean answered = beside.isAlive();
            isOver.set(true);
            beside.join();
            double growth = (Holding.of(ours.daemon().pid()).privateKib() - before) / 1024.0;
            System.out.printf(
                    "%nThe long session %s (%d answers). Growth of the daemon since session %d: %s MiB%s"
                            + " (<= %s).%n%n",
                    answered ? "has answered throughout" : "was lost **missed**",
                    answers.get(),
                    warmUp,
                    Row.text(growth),
                    warmUp < SESSIONS_OF_WARM_UP
                            ? " (no verdict: the heap has not had its size)"
                            : verdict(growth <= MOST_GROWTH_MIB),
                    Row.text(MOST_GROWTH_MIB));
        }
    }

    private static void runSession(Ours ours, boolean crashes)
            throws IOException, InterruptedException {
        Probe probe = crashes ? new Probe("crash") : new Probe("cycle", 4096, 1, 0);
        probe.run(
                new Subject.Endpoint() {
                    @Override
                    public String probeArgument() {
                        return "connect=" + ours.connection().address();
                    }

                    @Override
                    public String address() {
                        return ours.connection().address();
                    }

                    @Override
                    public long pid(Process process) {
                        return process.pid();
                    }

                    @Override
                    public void close() {}
                });
    }

    private static void answerBeside(Ours ours, AtomicInteger answers, AtomicBoolean isOver) {
        try (LongSession session = new LongSession(address(ours))) {
            while (!isOver.get()) {
                session.call();
                answers.incrementAndGet();
                Thread.sleep(20);
            }
        } catch (IOException e) {
            System.out.println("the long session: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connectPastRows() throws IOException, InterruptedException {
        System.out.println("| Setup of the rightful user | median, ms | ratio | bar |");
        System.out.println("|---|---|---|---|");
        try (Ours ours = new Ours(Tools.root())) {
            double before = medianSetup(ours);
            System.out.printf("| as it is | %s | | |%n", Row.text(before));
            int left = WaitingRows.leave(rows);
            double after = medianSetup(ours);
            System.out.printf(
                    "| %d closed connections of another user | %s | %s%s | <= %s |%n",
                    left,
                    Row.text(after),
                    Row.text(after / before),
                    verdict(after / before <= MOST_SLOWDOWN),
                    Row.text(MOST_SLOWDOWN));
        }
    }

    private static double medianSetup(Ours ours) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < SETUPS; i++) {
            try (Subject.Endpoint line = ours.open(Subject.Line.TCP)) {
                double took = new Probe("setup").run(line).get("setup_ms");
                if (i >= SETUPS / 4) {
                    millis.add(took);
                }
            }
        }
        return Row.median(millis);
    }
}
