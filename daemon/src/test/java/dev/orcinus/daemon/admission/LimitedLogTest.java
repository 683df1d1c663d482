package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strangers can cause some lines of the log a minute, and no more. */
final class LimitedLogTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final List<String> lines = new ArrayList<>();
    private long now = -5;
    private final LimitedLog log = new LimitedLog(lines::add, () -> now);

    private void write(int count) {
        for (int i = 1; i <= count; i++) {
            log.accept("line " + i);
        }
    }

    @Test
    void aMinuteHasTwentyLinesAndOneThatSaysSo() {
        write(19);
        assertEquals(19, lines.size());
        write(1);
        assertEquals(
                List.of(
                        "line 1",
                        "more refusals in this minute are counted only ('orcinus status')"),
                lines.subList(19, 21));
        now += MINUTE - 1;
        write(1000);
        assertEquals(21, lines.size());
    }

    @Test
    void theNextMinuteHasLinesOfItsOwn() {
        write(100);
        lines.clear();
        now += MINUTE;
        write(100);
        assertEquals(21, lines.size());
        lines.clear();
        now += MINUTE - 1;
        write(1);
        assertEquals(List.of(), lines, "that is still the second minute");
        now += 1;
        write(1);
        assertEquals(List.of("line 1"), lines);
    }
}
