package dev.orcinus.executor.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is said about the value of a line; {@code ClangReplTest} has the lines themselves. */
final class LineValuesTest {
    @Test
    void onlyWhatCanBeKnownIsSaid() {
        assertEquals("; it is 42 (0x2a), if it is an int", LineValues.text(42, 0, 0));
        assertEquals(
                "; it is -1 (0xffffffff), if it is an int", LineValues.text(0xffff_ffffL, 0, 0));
        assertEquals(
                "; it is 0x7fff12345678, if it is a pointer or a long",
                LineValues.text(0x7fff_1234_5678L, 0, 0));
        assertEquals(
                "; it is 2.5, if it is a double",
                LineValues.text(7, 1, Double.doubleToLongBits(2.5)));
        assertEquals("", LineValues.text(7, 256, 7));
    }
}
