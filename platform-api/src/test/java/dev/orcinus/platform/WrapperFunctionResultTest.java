package dev.orcinus.platform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.WrapperFunctionResult.Value;
import org.junit.jupiter.api.Test;

final class WrapperFunctionResultTest {
    @Test
    void valuesAreEqualByContent() {
        assertEquals(new Value(new byte[] {1, 2}), WrapperFunctionResult.of(new byte[] {1, 2}));
        assertEquals(
                new Value(new byte[] {1, 2}).hashCode(), new Value(new byte[] {1, 2}).hashCode());
        assertNotEquals(new Value(new byte[] {1, 2}), new Value(new byte[] {1, 3}));
        assertSame(WrapperFunctionResult.EMPTY, WrapperFunctionResult.of(new byte[0]));
    }

    @Test
    void textShowsTheFirstBytes() {
        assertEquals("2 bytes 01ff", new Value(new byte[] {1, -1}).toString());
        assertEquals("33 bytes " + "00".repeat(32), new Value(new byte[33]).toString());
    }

    @Test
    void errorTextEndsWithItsOnlyNul() {
        assertArrayEquals(
                new byte[] {'a', ' ', 'b', (byte) 0xc3, (byte) 0xa9, 0},
                new OutOfBandError("a\0b\u00e9").toCString());
        assertArrayEquals(new byte[] {0}, new OutOfBandError("").toCString());
    }
}
