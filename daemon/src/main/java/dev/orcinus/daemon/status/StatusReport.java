package dev.orcinus.daemon.status;

import dev.orcinus.daemon.handover.Counters;
import dev.orcinus.daemon.worker.ServedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The text of {@code orcinus status}. */
public final class StatusReport {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String ROW = "%8s %8s %9s %12s %12s %10s  %s";

    private StatusReport() {}

    /** Returns a line about the daemon, and a table of its sessions if there are any. */
    public static List<String> lines(String address, long pid, Collection<ServedSession> sessions) {
        List<String> lines = new ArrayList<>();
        lines.add("daemon " + pid + " on " + address + ": " + count(sessions.size(), "session"));
        if (!sessions.isEmpty()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            ROW,
                            "session",
                            "pid",
                            "age",
                            "memory",
                            "allocations",
                            "calls",
                            "peer"));
        }
        sessions.forEach(session -> lines.add(row(session)));
        return lines;
    }

    private static String row(ServedSession session) {
        Optional<Counters> counters = session.worker().counters(PATIENCE);
        return String.format(
                Locale.ROOT,
                ROW,
                session.number(),
                session.worker().pid(),
                age(session.age()),
                counters.map(c -> size(c.reservedBytes())).orElse("?"),
                counters.map(c -> Integer.toString(c.allocations())).orElse("?"),
                counters.map(c -> Long.toString(c.calls())).orElse("?"),
                session.peer());
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String age(Duration age) {
        return age.toHours() > 0
                ? age.toHours() + "h" + age.toMinutesPart() + "m"
                : age.toMinutes() > 0
                        ? age.toMinutes() + "m" + age.toSecondsPart() + "s"
                        : age.toSeconds() + "s";
    }

    private static String size(long bytes) {
        return bytes / 1024 + " KiB";
    }
}
