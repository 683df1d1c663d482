package dev.orcinus.platform.linux.guestprocess.threads;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When a guest has run code of a user for the first time: before that, it has started no process.
 * Times are the kernel's ticks since the system's start, as {@code /proc/PID/stat} has them.
 * Thread-safe.
 */
public final class FirstCode {
    private static final long NOT_YET = Long.MAX_VALUE;
    private static final long UNKNOWN = -1;

    private volatile long ticks = NOT_YET;

    FirstCode() {}

    /** Notes that code of a user runs next. */
    void note() {
        if (ticks == NOT_YET) {
            noteFirst();
        }
    }

    private synchronized void noteFirst() {
        if (ticks == NOT_YET) {
            ticks = now();
        }
    }

    /**
     * Returns whether all code of a user has run after a time in the past.
     *
     * @return false if that is unknown
     */
    public boolean isAfter(long time) {
        return ticks > time;
    }

    /** Both numbers of {@code /proc/uptime} have two places, and a second has 100 ticks. */
    private static long now() {
        try {
            String text = Files.readString(Path.of("/proc/uptime"), US_ASCII);
            return Long.parseLong(text.substring(0, text.indexOf(' ')).replace(".", ""));
        } catch (IOException | NumberFormatException e) {
            return UNKNOWN;
        }
    }
}
