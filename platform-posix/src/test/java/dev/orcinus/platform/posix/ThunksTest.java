package dev.orcinus.platform.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * Tests of filled thunks. The expected bytes are llvm-mc's, from the instructions in the listings.
 */
final class ThunksTest {
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
