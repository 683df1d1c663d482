package dev.orcinus.daemon.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that processes take, from the files of {@code /proc}: pages that several processes
 * share count in parts.
 */
public final class ProportionalMemory {
    private static final String SHARE = "Pss:";

    private ProportionalMemory() {}

    /** Returns the KiB that a process takes; empty if it has ended or the system does not tell. */
    public static OptionalLong kibibytes(long pid) {
        try {
            Path rollup = Path.of("/proc/" + pid + "/smaps_rollup");
            return share(Files.readAllLines(rollup, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns the number in the line {@code Pss: 123 kB}. */
    static OptionalLong share(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith(SHARE)) {
                String number = line.substring(SHARE.length()).replace("kB", "").strip();
                return OptionalLong.of(Long.parseLong(number));
            }
        }
        return OptionalLong.empty();
    }
}
