package dev.orcinus.executor.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SpinTest {
    private final Spin spin = new Spin();

    @Test
    void looksThatFindNothingGetShorterDownToALimit() {
        assertEquals(50_000, spin.nanos());
        spin.miss();
        assertEquals(25_000, spin.nanos());
        for (int i = 0; i < 10; i++) {
            spin.miss();
        }
        assertEquals(3_000, spin.nanos());
    }

    @Test
    void oneThatFindsSomethingRestoresTheNext() {
        spin.miss();
        spin.miss();
        spin.hit();
        assertEquals(50_000, spin.nanos());
    }
}
