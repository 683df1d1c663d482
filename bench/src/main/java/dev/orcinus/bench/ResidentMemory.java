package dev.orcinus.bench;

import dev.orcinus.bench.Machine.Holding;
import java.io.IOException;
import java.util.Locale;

/** Measures the memory of processes that wait for a session, or have served a few calls. */
final class ResidentMemory {
    private final Ours ours;
    private final Llvm llvm;

    ResidentMemory(Ours ours, Llvm llvm) {
        this.ours = ours;
        this.llvm = llvm;
    }

    void run() throws IOException, InterruptedException {
        ours.awaitWarm();
        System.out.println("| process | RSS, MiB | PSS, MiB | own, MiB |\n|---|---|---|---|");
        print("daemon", ours.daemon().pid());
        ProcessHandle keeper = ours.daemon().children().findFirst().orElseThrow();
        print("keeper of guests", keeper.pid());
        print("guest in waiting", keeper.children().findFirst().orElseThrow().pid());
        printIdle("guest, idle in a session", ours);
        printIdle("LLVM's executor, idle in a session", llvm);
    }

    private static void printIdle(String what, Subject subject)
            throws IOException, InterruptedException {
        try (Subject.Endpoint endpoint = subject.open(Subject.Line.TCP)) {
            new Probe("cycle", 4096, 100, 0)
                    .run(
                            endpoint,
                            (step, pid) -> {
                                if (step.equals("end")) {
                                    print(what, pid);
                                }
                            });
        }
    }

    private static void print(String what, long pid) throws IOException {
        Holding holding = Holding.of(pid);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f |%n",
                what,
                holding.rssKib() / 1024.0,
                holding.pssKib() / 1024.0,
                holding.privateKib() / 1024.0);
    }
}
