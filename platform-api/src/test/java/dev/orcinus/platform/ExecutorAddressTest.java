package dev.orcinus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ExecutorAddressTest {
    private static final ExecutorAddress LOW = new ExecutorAddress(0x1000);
    private static final ExecutorAddress HIGH = new ExecutorAddress(0x8000_0000_0000_0000L);
    private static final ExecutorAddress TOP = new ExecutorAddress(-1);

    @Test
    void comparesUnsigned() {
        assertTrue(HIGH.compareTo(LOW) > 0, "0x8000000000000000 is above 0x1000");
        assertTrue(TOP.compareTo(HIGH) > 0, "the last address is above all others");
        assertEquals(0, LOW.compareTo(new ExecutorAddress(0x1000)));
    }

    @Test
    void addsUnsignedSizesUpToTheLastAddress() {
        assertEquals(TOP, LOW.plus(0xffff_ffff_ffff_efffL));
        assertEquals(TOP, ExecutorAddress.NULL.plus(-1));
        assertEquals(LOW, LOW.plus(0));
    }

    @Test
    void refusesASumBeyondTheAddressSpace() {
        ArithmeticException e =
                assertThrows(ArithmeticException.class, () -> LOW.plus(0xffff_ffff_ffff_f000L));
        assertEquals("0x1000 + 0xfffffffffffff000 leaves the address space", e.getMessage());
    }

    @Test
    void subtractsWhatLiesBelowAndNothingElse() {
        assertEquals(0x7fff_ffff_ffff_f000L, HIGH.minus(LOW));
        assertEquals(0, LOW.minus(LOW));
        ArithmeticException e = assertThrows(ArithmeticException.class, () -> LOW.minus(HIGH));
        assertEquals("0x1000 is below 0x8000000000000000", e.getMessage());
    }

    @Test
    void alignsDownAndUp() {
        ExecutorAddress inside = new ExecutorAddress(0x1001);
        assertEquals(LOW, inside.alignDown(0x1000));
        assertEquals(new ExecutorAddress(0x2000), inside.alignUp(0x1000));
        assertEquals(LOW, LOW.alignUp(0x1000));
        assertEquals(LOW, LOW.alignDown(0x1000));
        assertTrue(LOW.isAligned(0x1000));
        assertFalse(inside.isAligned(2));
    }

    @Test
    void refusesToAlignUpBeyondTheAddressSpace() {
        assertEquals(new ExecutorAddress(-0x1000), TOP.alignDown(0x1000));
        assertThrows(ArithmeticException.class, () -> TOP.alignUp(0x1000));
    }

    @Test
    void isHexadecimalText() {
        assertEquals("0x0", ExecutorAddress.NULL.toString());
        assertEquals("0x8000000000000000", HIGH.toString());
        assertTrue(ExecutorAddress.NULL.isNull());
        assertFalse(TOP.isNull());
    }
}
