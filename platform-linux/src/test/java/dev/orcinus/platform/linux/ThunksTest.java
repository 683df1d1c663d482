package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * Tests of filled thunks. The expected bytes are llvm-mc's, from the instructions in the listings.
 */
final class ThunksTest {
    private static final AddressRange FIRST =
            AddressRange.of(new ExecutorAddress(0x2222_0000), 0x3333_0000);

    private static final AddressRange SECOND =
            AddressRange.of(new ExecutorAddress(0x4444_0000), 0x5555_0000);

    private static final String SLOTS =
            "1111111100000000"
                    + "0000222200000000"
                    + "0000333300000000"
                    + "0000444400000000"
                    + "0000555500000000";

    @Test
    void x64EntryPassesIndexAndResultAndReturnsTwoRegisters() {
        assertEquals(
                "4883ec1841b8341200004989e1ff15adffffff488b0424488b5424084883c418c3" + zeros(15),
                hex(new X64Thunks().entry(0x1234, -0x40)));
    }

    @Test
    void aarch64EntryPassesIndexAndResultAndReturnsTwoRegisters() {
        assertEquals(
                words(
                                0xa9be7bfd,
                                0x910003fd,
                                0x52824684,
                                0x910043e5,
                                0x58fffd90,
                                0xd63f0200,
                                0xa94107e0,
                                0xa8c27bfd,
                                0xd65f03c0)
                        + zeros(12),
                hex(new AArch64Thunks().entry(0x1234, -0x40)));
    }

    @Test
    void x64CallStoresTwoRegisters() {
        assertEquals("514889f84889f74889d6ffd05948890148895108c3", hex(new X64Thunks().call()));
    }

    @Test
    void aarch64CallStoresTwoRegisters() {
        assertEquals(
                words(
                        0xa9be7bfd,
                        0x910003fd,
                        0xf9000be3,
                        0xaa0003f0,
                        0xaa0103e0,
                        0xaa0203e1,
                        0xd63f0200,
                        0xf9400be3,
                        0xa9000460,
                        0xa8c27bfd,
                        0xd65f03c0),
                hex(new AArch64Thunks().call()));
    }

    @Test
    void x64FaultFilterFindsItsSlots() {
        assertEquals(
                "488b82a80000004889c1482b0d6f000000483b0d700000007255482b056f000000483b0570000000"
                        + "724553575652bf01000000b8200000000f0589c3bf02000000be01000000b821000000"
                        + "0f055a5e5fff152200000089dfbe01000000b8210000000f0589dfb8030000000f055b"
                        + "c3ff25030000000f1f00"
                        + SLOTS,
                hex(new X64Thunks().faultFilter(0x1111_1111, FIRST, SECOND)));
    }

    @Test
    void aarch64FaultFilterFindsItsSlots() {
        byte[] filter = new AArch64Thunks().faultFilter(0x1111_1111, FIRST, SECOND);
        assertEquals(
                words(0xf940dc49, 0x5800056a, 0x5800058b, 0xcb0a012a, 0xeb0b015f, 0x54000443),
                hex(Arrays.copyOf(filter, 24)));
        assertEquals(SLOTS, hex(Arrays.copyOfRange(filter, 168, filter.length)));
    }

    private static String zeros(int count) {
        return "00".repeat(count);
    }

    private static String words(int... words) {
        StringBuilder hex = new StringBuilder();
        for (int word : words) {
            hex.append(HexFormat.of().toHexDigits(Integer.reverseBytes(word)));
        }
        return hex.toString();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
