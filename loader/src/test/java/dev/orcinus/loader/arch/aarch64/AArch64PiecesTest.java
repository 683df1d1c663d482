package dev.orcinus.loader.arch.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Tests the ends of functions that consist of pieces of code. */
final class AArch64PiecesTest {
    private static final String PACIASP = "3f2303d5";
    private static final String RESTORE = "fd7bc1a8";
    private static final String AUTIASP = "bf2303d5";
    private static final String RET = "c0035fd6";

    private static MemorySegment code(String... instructions) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(String.join("", instructions)));
    }

    private static void assertLeaves(MemorySegment expected, MemorySegment function) {
        assertEquals(-1, expected.mismatch(AArch64Pieces.leave(function).bytes()));
    }

    @Test
    void aFunctionThatSignsItsReturnAddressChecksIt() {
        assertLeaves(code(RESTORE, AUTIASP, RET), code(PACIASP));
        assertLeaves(code(RESTORE, RET), code(RET));
        assertLeaves(code(RESTORE, RET), MemorySegment.NULL);
    }

    @Test
    void onlyAnEndIsOne() {
        assertTrue(AArch64Pieces.isEnd(code(RESTORE, RET)));
        assertTrue(AArch64Pieces.isEnd(code(RESTORE, AUTIASP, RET)));
        assertFalse(AArch64Pieces.isEnd(code(RET, RESTORE, RET)));
        assertFalse(AArch64Pieces.isEnd(code(RESTORE)));
    }
}
