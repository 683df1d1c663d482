package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.PhaseProgress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LinkProgressTest {
    @Test
    void objectsHaveARate() {
        PhaseProgress half =
                new PhaseProgress(LinkPhase.LOWER, Duration.ofMillis(2_500), 1_240, 8_000);
        assertEquals("lower, 3 s, 1,240 of 8,000 objects (496/s)", LinkProgress.text(half, 3));
    }

    @Test
    void aPhaseThatCountsNothingHasNone() {
        PhaseProgress resolving = new PhaseProgress(LinkPhase.RESOLVE, Duration.ZERO, 0, 0);
        assertEquals("resolve, 1 s", LinkProgress.text(resolving, 1));
        assertEquals(0, resolving.perSecond());
    }
}
