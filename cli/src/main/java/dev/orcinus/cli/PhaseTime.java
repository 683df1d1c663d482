package dev.orcinus.cli;

import dev.orcinus.loader.LinkPhase;
import java.time.Duration;
import java.util.Locale;

/**
 * A line of {@code orcinus run --time}. It is written without a {@link java.util.Formatter}, which
 * takes longer than the link of a small program when it is used for the first time.
 */
final class PhaseTime {
    private static final int NAME_WIDTH = 10;
    private static final int NUMBER_WIDTH = 9;
    private static final int FRACTION_DIGITS = 3;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_MILLI = 1_000;

    private PhaseTime() {}

    /** Returns a line as in {@code orcinus: fix up 1.234 ms}. */
    static String text(LinkPhase phase, Duration time) {
        String name = phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        long micros = (time.toNanos() + NANOS_PER_MICRO / 2) / NANOS_PER_MICRO;
        String fraction = Long.toString(micros % MICROS_PER_MILLI);
        String millis =
                micros / MICROS_PER_MILLI
                        + "."
                        + "0".repeat(FRACTION_DIGITS - fraction.length())
                        + fraction;
        return "orcinus: "
                + name
                + " ".repeat(Math.max(0, NAME_WIDTH - name.length()))
                + " "
                + " ".repeat(Math.max(0, NUMBER_WIDTH - millis.length()))
                + millis
                + " ms";
    }
}
