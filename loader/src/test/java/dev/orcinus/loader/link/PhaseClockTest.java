package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.PhaseProgress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PhaseClockTest {
    private final PhaseClock clock = new PhaseClock(this::requireWanted);
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch unwanted = new CountDownLatch(1);
    private volatile boolean isUnwanted;

    private void requireWanted() {
        if (isUnwanted) {
            throw new IllegalStateException("nobody waits");
        }
    }

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
    void theTimeOfAnInnerPhaseIsNotCountedAsTheOuterOnes() {
        long start = System.nanoTime();
        clock.time(
                LinkPhase.RESOLVE,
                () -> {
                    clock.time(LinkPhase.FIX_UP, () -> LockSupport.parkNanos(1_000_000));
                    clock.time(LinkPhase.FIX_UP, () -> LockSupport.parkNanos(1_000_000));
                });
        long all = System.nanoTime() - start;
        long outer = clock.times().get(LinkPhase.RESOLVE).toNanos();
        long inner = clock.times().get(LinkPhase.FIX_UP).toNanos();
        assertTrue(outer >= 0 && inner > 0 && outer + inner <= all, outer + " + " + inner);
    }

    @Test
    void noStepIsTakenForALinkThatNobodyWaitsFor() {
        List<Integer> many = IntStream.range(0, 500).boxed().toList();
        assertThrows(
                IllegalStateException.class,
                () -> clock.each(LinkPhase.LOWER, many, object -> seen(object, 7)));
        assertEquals(8, seen.size());
        assertThrows(
                IllegalStateException.class,
                () -> clock.eachTogether(LinkPhase.LOWER, many, object -> seen(object, 7)));
        assertEquals(8, seen.size());
        isUnwanted = false;
        assertThrows(
                IllegalStateException.class,
                () -> clock.eachTogether(LinkPhase.LOWER, many, this::endAtFirst));
        assertTrue(seen.size() < 8 + 100, () -> seen.size() + " steps");
        assertTrue(clock.current().isEmpty());
    }

    /** Other threads may be about to take a step by the time when the first object ends it all. */
    private void endAtFirst(int object) {
        seen(object, 0);
        if (object == 0) {
            unwanted.countDown();
            return;
        }
        try {
            unwanted.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void seen(int object, int last) {
        seen.add("object " + object);
        if (object == last) {
            isUnwanted = true;
        }
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
