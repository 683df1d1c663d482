package dev.orcinus.runtime.crash;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests how long the calls on a stack are followed. */
final class StackTimeTest {
    private long nanos = Long.MAX_VALUE - 5; // a clock may pass its largest number
    private final StackTime time = new StackTime(() -> nanos);

    @Test
    void callsThatAreToldHaveTheWholeTime() {
        nanos += StackTime.WHOLE_NANOS - 1;
        time.tell();
        assertFalse(time.isOver());
        nanos++;
        assertTrue(time.isOver());
    }

    @Test
    void callsThatAreOnlyCountedHaveLess() {
        nanos += 10;
        time.count();
        nanos += StackTime.COUNTING_NANOS - 1;
        time.count();
        assertFalse(time.isOver(), "the time begins with the first of them");
        nanos++;
        assertTrue(time.isOver());
    }

    @Test
    void aCallThatIsToldEndsTheCounting() {
        time.count();
        time.tell();
        nanos += StackTime.COUNTING_NANOS;
        assertFalse(time.isOver());
        time.count();
        assertFalse(time.isOver());
    }

    @Test
    void callsThatAreCountedHaveNoMoreThanTheWholeTime() {
        nanos += StackTime.WHOLE_NANOS - 1;
        time.count();
        nanos++;
        assertTrue(time.isOver());
    }
}
