package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * Tests of the filled filter. The expected bytes are llvm-mc's, from the instructions in the
 * listings.
 */
final class FaultFilterTest {
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
    void x64FaultFilterFindsItsSlots() {
        assertEquals(
                "488b82a80000004889c1482b0d6f000000483b0d700000007255482b056f000000483b0570000000"
                        + "724553575652bf01000000b8200000000f0589c3bf02000000be01000000b821000000"
                        + "0f055a5e5fff152200000089dfbe01000000b8210000000f0589dfb8030000000f055b"
                        + "c3ff25030000000f1f00"
                        + SLOTS,
                hex(FaultFilter.of(Processor.X86_64, 0x1111_1111, FIRST, SECOND)));
    }

    @Test
    void aarch64FaultFilterFindsItsSlots() {
        byte[] filter = FaultFilter.of(Processor.AARCH64, 0x1111_1111, FIRST, SECOND);
        assertEquals(
                words(0xf940dc49, 0x5800056a, 0x5800058b, 0xcb0a012a, 0xeb0b015f, 0x54000443),
                hex(Arrays.copyOf(filter, 24)));
        assertEquals(SLOTS, hex(Arrays.copyOfRange(filter, 168, filter.length)));
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
