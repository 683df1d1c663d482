package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;

/** Counts a target's inputs, because a corpus in the wrong folder would be ignored silently. */
final class Replay {
    private final AtomicLong inputs = new AtomicLong();

    void count() {
        inputs.incrementAndGet();
    }

    void requireAtLeast(int seeds) {
        assertTrue(inputs.get() >= seeds, inputs + " inputs replayed of " + seeds + " seeds");
    }
}
