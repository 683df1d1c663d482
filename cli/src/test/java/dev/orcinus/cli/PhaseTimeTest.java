package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.LinkPhase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PhaseTimeTest {
    @Test
    void millisecondsHaveThreeDigitsAfterThePoint() {
        assertEquals("orcinus: fix up         1.234 ms", text(LinkPhase.FIX_UP, 1_234_499));
        assertEquals("orcinus: read           0.007 ms", text(LinkPhase.READ, 6_500));
        assertEquals("orcinus: initialize     0.000 ms", text(LinkPhase.INITIALIZE, 0));
    }

    @Test
    void longTimesWidenTheColumn() {
        assertEquals(
                "orcinus: resolve    1234567.890 ms", text(LinkPhase.RESOLVE, 1_234_567_890_000L));
    }

    private static String text(LinkPhase phase, long nanos) {
        return PhaseTime.text(phase, Duration.ofNanos(nanos));
    }
}
