package dev.orcinus.platform.linux.guestprocess.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limits that the system sets this process, {@code /proc/self/limits}. It has no state. */
final class ProcessLimits {
    private static final String OPEN_FILES = "Max open files";

    private ProcessLimits() {}

    /** Returns how many descriptors this process may have; 0 if that cannot be read. */
    static long openFiles() {
        try {
            return softLimit(Files.readString(Path.of("/proc/self/limits")), OPEN_FILES);
        } catch (IOException hidden) {
            return 0;
        }
    }

    /** Returns the soft limit in a line of the file; 0 if there is none. */
    static long softLimit(String limits, String name) {
        for (String line : limits.split("\n", -1)) {
            if (line.startsWith(name)) {
                String[] values = line.substring(name.length()).strip().split(" +", -1);
                return values[0].matches("[0-9]{1,18}")
                        ? Long.parseLong(values[0])
                        : Long.MAX_VALUE;
            }
        }
        return 0;
    }
}
