package dev.orcinus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** Reads {@code /proc}. */
final class Machine {
    private static final double TICKS_PER_SECOND = 100;
    private static final int UTIME = 11;
    private static final int STIME = 12;

    private Machine() {}

    /**
     * The memory and other resources of a process.
     *
     * @param rssKib the resident memory
     * @param pssKib the resident memory, with a share of each shared page
     * @param privateKib the private part
     */
    record Holding(
            long rssKib, long pssKib, long privateKib, long maps, long descriptors, long threads) {
        static Holding of(long pid) throws IOException {
            List<String> rollup = Files.readAllLines(of(pid, "smaps_rollup"));
            return new Holding(
                    kib(rollup, "Rss:"),
                    kib(rollup, "Pss:"),
                    kib(rollup, "Private_Clean:") + kib(rollup, "Private_Dirty:"),
                    Files.readAllLines(of(pid, "maps")).size(),
                    count(of(pid, "fd")),
                    count(of(pid, "task")));
        }

        private static Path of(long pid, String file) {
            return Path.of("/proc", Long.toString(pid), file);
        }

        static final String HEAD =
                "| when | RSS, MiB | own, MiB | maps | descriptors | threads |\n|---|---|---|---|---|---|";

        String row(String when) {
            return String.join(
                    " | ",
                    "| " + when,
                    Row.text(rssKib / 1024.0),
                    Row.text(privateKib / 1024.0),
                    Long.toString(maps),
                    Long.toString(descriptors),
                    threads + " |");
        }
    }

    private static long kib(List<String> rollup, String name) {
        return rollup.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    /**
     * Returns the CPU time of a process and its ended threads, in milliseconds, with a resolution
     * of 10.
     */
    static double cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
        return ticks * 1000 / TICKS_PER_SECOND;
    }

    static String describe() throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
        return LocalDate.now(ZoneOffset.UTC)
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " CPUs, "
                + System.getProperty("os.arch")
                + ", Linux "
                + System.getProperty("os.version")
                + ", JDK "
                + Runtime.version()
                + ", load "
                + load
                + " at the start";
    }
}
