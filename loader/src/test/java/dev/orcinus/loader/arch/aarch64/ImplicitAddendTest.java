package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/**
 * The addends of {@code REL} relocations, which are stored in the bytes that they change (AAELF64,
 * 5.7.2).
 */
final class ImplicitAddendTest {
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static void require(long addend, AArch64EdgeKind kind, long bytes) {
        MemorySegment content = MemorySegment.ofArray(new byte[16]);
        content.set(U64, 4, bytes);
        assertEquals(addend, kind.addendIn(content, 4), kind::name);
    }

    @Test
    void dataHoldsItsAddend() {
        require(0xfedc_ba98_7654_3210L, POINTER64, 0xfedc_ba98_7654_3210L);
        require(-2, POINTER32, 0x1_ffff_fffeL);
        require(-3, DELTA16, 0x1_fffdL);
    }

    @Test
    void instructionsHoldItInTheirUnits() {
        require(-4, REQUEST_BRANCH26, 0x97ff_ffffL); // bl -4
        require(-32768, REQUEST_TEST_BRANCH14, 0x3604_0000L); // tbz w0, #0, -32768
        require(0xffffc, REQUEST_CONDITIONAL_BRANCH19, 0x547f_ffe0L); // b.eq 0xffffc
        require(-8, LITERAL19, 0x58ff_ffc0L); // ldr x0, -8
        require(-1, ADR21, 0x70ff_ffe0L); // adr x0, -1
        require(40, ACCESS64_LO12, 0xf940_1420L); // ldr x0, [x1, #40]
        require(80, ACCESS128_LO12, 0x3dc0_1420L); // ldr q0, [x1, #80]
        require(5, ADD_LO12, 0x9100_1420L); // add x0, x1, #5
    }

    @Test
    void partsOfOneAddressHoldTheSameAddendInBytes() {
        require(5, PAGE21, 0xb000_0020L); // adrp
        require(5, MOVE_G3, 0xd2e0_00a0L); // movz x0, #5, lsl #48
        require(-1, MOVE_G1_UNCHECKED, 0xf2bf_ffe0L); // movk x0, #0xffff, lsl #16
    }
}
