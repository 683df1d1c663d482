package dev.orcinus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class AddressRangeTest {
    private static final AddressRange RANGE = range(0x2000, 0x4000);

    private static AddressRange range(long start, long end) {
        return new AddressRange(new ExecutorAddress(start), new ExecutorAddress(end));
    }

    @Test
    void refusesAnEndBelowItsStart() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> range(0x4000, 0x3fff));
        assertEquals("range ends at 0x3fff, before its start 0x4000", e.getMessage());
    }

    @Test
    void hasAnUnsignedSize() {
        assertEquals(0x2000, RANGE.sizeBytes());
        assertEquals(-1, range(0, -1).sizeBytes());
        assertEquals(range(0x1000, -1), AddressRange.of(new ExecutorAddress(0x1000), -0x1001));
    }

    @Test
    void refusesASizeThatLeavesTheAddressSpace() {
        ExecutorAddress start = new ExecutorAddress(-0x1000);
        assertThrows(ArithmeticException.class, () -> AddressRange.of(start, 0x1000));
        assertEquals(new ExecutorAddress(-1), AddressRange.of(start, 0xfff).end());
    }

    @Test
    void containsItsFirstAddressAndNotItsEnd() {
        assertTrue(RANGE.contains(new ExecutorAddress(0x2000)));
        assertTrue(RANGE.contains(new ExecutorAddress(0x3fff)));
        assertFalse(RANGE.contains(new ExecutorAddress(0x1fff)));
        assertFalse(RANGE.contains(new ExecutorAddress(0x4000)));
    }

    @Test
    void containsRangesUpToItsEnds() {
        assertTrue(RANGE.contains(RANGE));
        assertTrue(RANGE.contains(range(0x4000, 0x4000)), "an empty range at the very end");
        assertFalse(RANGE.contains(range(0x1fff, 0x3000)));
        assertFalse(RANGE.contains(range(0x3000, 0x4001)));
        assertFalse(RANGE.contains(range(0x4001, 0x4001)));
    }

    @Test
    void overlapsOnlyWhereAByteIsShared() {
        assertTrue(RANGE.overlaps(range(0x3fff, 0x5000)));
        assertTrue(RANGE.overlaps(range(0x1000, 0x2001)));
        assertTrue(RANGE.overlaps(range(0, -1)));
        assertFalse(RANGE.overlaps(range(0x4000, 0x5000)), "neighbours above");
        assertFalse(RANGE.overlaps(range(0x1000, 0x2000)), "neighbours below");
        assertFalse(RANGE.overlaps(range(0x3000, 0x3000)), "nothing overlaps an empty range");
        assertFalse(range(0x3000, 0x3000).overlaps(RANGE), "an empty range overlaps nothing");
    }

    @Test
    void roundsOutwardsToPages() {
        assertEquals(range(0x1000, 0x3000), range(0x1fff, 0x2001).roundToPages(0x1000));
        assertEquals(RANGE, RANGE.roundToPages(0x1000));
        assertThrows(ArithmeticException.class, () -> range(0, -1).roundToPages(0x1000));
    }

    @Test
    void isItsTwoEndsAsText() {
        assertEquals("0x2000--0x4000", RANGE.toString());
        assertTrue(range(1, 1).isEmpty());
        assertFalse(RANGE.isEmpty());
    }
}
