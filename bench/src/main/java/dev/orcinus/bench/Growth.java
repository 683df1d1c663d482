package dev.orcinus.bench;

import dev.orcinus.bench.Machine.Holding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Measures many sessions of one daemon, and many allocations of one session. */
final class Growth {
    private static final int PAGE_BYTES = 4 << 10;
    private static final int SNAPSHOTS = 4;

    private final Ours ours;
    private final int sessions;
    private final int cycles;

    Growth(Ours ours, int sessions, int cycles) {
        this.ours = ours;
        this.sessions = sessions;
        this.cycles = cycles;
    }

    void run() throws IOException, InterruptedException {
        for (Subject.Line line : Subject.Line.values()) {
            growInSession(line);
        }
        growOverSessions();
    }

    private void growInSession(Subject.Line line) throws IOException, InterruptedException {
        int warmUp = Math.min(1_000, cycles);
        System.out.println(
                "One session over " + line + ", of reserve + initialize + release of 4 KiB:\n");
        System.out.println(Holding.HEAD);
        try (Subject.Endpoint endpoint = ours.open(line)) {
            new Probe("cycle", PAGE_BYTES, cycles - warmUp, warmUp)
                    .run(
                            endpoint,
                            (step, pid) -> {
                                int done = step.equals("begin") ? warmUp : cycles;
                                System.out.println(
                                        Holding.of(pid).row("after " + done + " cycles"));
                            });
        }
        System.out.println();
    }

    private void growOverSessions() throws IOException, InterruptedException {
        System.out.println(
                "The daemon, over sessions one after another, each with such a cycle:\n");
        System.out.println(Holding.HEAD);
        int first = Math.min(sessions, 20);
        long shared = leftovers("/dev/shm");
        Probe probe = new Probe("cycle", PAGE_BYTES, 1, 0);
        for (int done = 1; done <= sessions; done++) {
            try (Subject.Endpoint endpoint = ours.connection()) {
                probe.run(endpoint);
            }
            if (done == first || done % (sessions / SNAPSHOTS) == 0) {
                ours.awaitWarm();
                System.out.println(
                        Holding.of(ours.daemon().pid()).row("after " + done + " sessions"));
            }
        }
        System.out.printf(
                "%nLeft behind: %d processes beside the keeper, the watch and the warm guests, %d shared-memory objects, %d"
                        + " files of the daemon's.%n",
                ours.daemon().descendants().count() - Ours.WARM_GUESTS - 2,
                leftovers("/dev/shm") - shared,
                filesOfDaemon());
    }

    private static long leftovers(String folder) throws IOException {
        return Machine.count(Path.of(folder));
    }

    /**
     * Returns the number of files in the daemon's folder beside the status socket; 0 without a
     * folder.
     */
    private long filesOfDaemon() throws IOException {
        String mark = "-" + ours.daemon().pid() + "-";
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        for (String base : List.of(runtime == null ? "/tmp" : runtime, "/tmp")) {
            try (Stream<Path> folders = Files.list(Path.of(base))) {
                Path own =
                        folders.filter(f -> f.getFileName().toString().startsWith("orcinus-"))
                                .filter(f -> f.getFileName().toString().contains(mark))
                                .findFirst()
                                .orElse(null);
                if (own != null) {
                    return Machine.count(own) - 1;
                }
            }
        }
        return 0;
    }
}
