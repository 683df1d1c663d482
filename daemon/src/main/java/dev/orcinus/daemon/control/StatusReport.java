package dev.orcinus.daemon.control;

import dev.orcinus.daemon.session.ServedSession;
import dev.orcinus.daemon.session.Sessions;
import dev.orcinus.executor.session.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The text of {@code orcinus status}. */
final class StatusReport {
    private StatusReport() {}

    /** Returns a line about the daemon, and a table of its sessions if there are any. */
    static List<String> lines(String address, long pid, Sessions all) {
        List<String> lines = new ArrayList<>();
        Collection<ServedSession> sessions = all.all();
        int count = sessions.size();
        String policy = all.policy().isNone() ? "" : ", policy " + all.policy().describe();
        lines.add(
                "daemon " + pid + " on " + address + ": " + count + of("session", count) + policy);
        if (count > 0) {
            lines.add(
                    row(
                            "session",
                            "guest",
                            "age",
                            "memory",
                            "reserved",
                            "allocations",
                            "calls",
                            "checkpoints",
                            "crashes",
                            "peer"));
        }
        sessions.forEach(session -> lines.add(row(session)));
        return lines;
    }

    private static String of(String noun, int count) {
        return count == 1 ? " " + noun : " " + noun + "s";
    }

    private static String row(ServedSession session) {
        Optional<Session> state = session.state();
        OptionalLong memory = ProportionalMemory.kibibytes(session.pid());
        return row(
                Long.toString(session.number()),
                Long.toString(session.pid()),
                DurationText.of(session.age()),
                memory.isPresent() ? memory.getAsLong() + " KiB" : "?",
                state.map(s -> s.memory().usage().reservedBytes() / 1024 + " KiB").orElse("?"),
                state.map(s -> Integer.toString(s.memory().usage().allocationCount())).orElse("?"),
                state.map(s -> Long.toString(s.callsServed())).orElse("?"),
                state.map(s -> Long.toString(s.checkpointsTaken())).orElse("?"),
                state.map(s -> Long.toString(s.crashesSurvived())).orElse("?"),
                session.peer());
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%8s %8s %9s %10s %12s %12s %10s %12s %8s  %s", cells);
    }
}
