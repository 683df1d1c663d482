package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.PhaseProgress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PhaseClockTest {
    private final PhaseClock clock = new PhaseClock();
    private final List<String> seen = new ArrayList<>();

    private void look() {
        PhaseProgress now = clock.current().orElseThrow();
        seen.add(now.phase() + " " + now.done() + "/" + now.all());
    }

    @Test
    void aPhaseCountsItsObjects() {
        clock.each(LinkPhase.LOWER, List.of("a", "b"), _ -> look());
        assertEquals(List.of("LOWER 0/2", "LOWER 1/2"), seen);
        assertTrue(clock.current().isEmpty());
        assertTrue(clock.times().get(LinkPhase.LOWER).toNanos() > 0);
    }

    @Test
    void theOuterPhaseGoesOnBehindAnInnerOne() {
        clock.time(
                LinkPhase.RESOLVE,
                () -> {
                    clock.each(List.of("a"), _ -> clock.time(LinkPhase.READ, this::look));
                    look();
                });
        assertEquals(List.of("READ 0/0", "RESOLVE 1/1"), seen);
    }
}
