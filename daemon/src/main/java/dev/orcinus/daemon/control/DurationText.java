package dev.orcinus.daemon.control;

import java.time.Duration;

/** Durations as reports show them. */
public final class DurationText {
    private DurationText() {}

    /** Returns a text as in {@code 3h20m}, {@code 4m5s} or {@code 12s}. */
    public static String of(Duration duration) {
        return duration.toHours() > 0
                ? duration.toHours() + "h" + duration.toMinutesPart() + "m"
                : duration.toMinutes() > 0
                        ? duration.toMinutes() + "m" + duration.toSecondsPart() + "s"
                        : duration.toSeconds() + "s";
    }
}
