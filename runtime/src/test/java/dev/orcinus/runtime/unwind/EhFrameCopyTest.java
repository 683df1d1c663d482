package dev.orcinus.runtime.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.RegistrationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sections are those of clang for macOS, byte by byte; the copies are worked out by hand. */
final class EhFrameCopyTest {
    private static final ExecutorAddress START = new ExecutorAddress(0x1000);

    private static String copy(String section) throws RegistrationException {
        byte[] bytes = HexFormat.of().parseHex(section.replaceAll("\\s", ""));
        return HexFormat.of().formatHex(EhFrameCopy.of(START, bytes, List.of()));
    }

    private static String hex(String spaced) {
        return spaced.replaceAll("\\s", "");
    }

    @Test
    void pointersRelativeToThemselvesBecomeAddresses() throws RegistrationException {
        String cie = "14000000 00000000 017a5200 01781001 100c0708 90010000";
        // at 0x1018: pc begin 0x1020 - 0x20 = 0x1000, 0x30 bytes
        String fde = "1c000000 1c000000 e0ffffffffffffff 3000000000000000 00 410e10 00000000";
        assertEquals(
                hex(
                        """
                        14000000 00000000 017a5200 01781001 000c0708 90010000
                        1c000000 1c000000 0010000000000000 3000000000000000 00 410e10 00000000
                        00000000
                        """),
                copy(cie + fde));
    }

    @Test
    void gapsAreLeftOut() throws RegistrationException {
        String cie = "14000000 00000000 017a5200 01781001 1b0c0708 90010000";
        // at 0x101c: pc begin 0x1024 + 0x20 = 0x1044, 0x30 bytes
        String fde = "14000000 20000000 20000000 30000000 00 410e10 00000000";
        byte[] bytes = HexFormat.of().parseHex(hex(cie + "efbeadde" + fde));
        assertEquals(
                hex(
                        """
                        14000000 00000000 017a5200 01781001 000c0708 90010000
                        1c000000 1c000000 4410000000000000 3000000000000000 00 410e10 00000000
                        00000000
                        """),
                HexFormat.of().formatHex(EhFrameCopy.of(START, bytes, List.of(24))));
    }

    @Test
    void personalityAndLanguageDataAreFound() throws RegistrationException {
        // zPLR: an indirect 32-bit personality at 0x1013 + 0xed = 0x1100, language data relative
        String cie = "1c000000 00000000 017a504c5200 01781007 9b ed000000 10 10 0c0708 9001 0000";
        // at 0x1020: pc begin 0x1028 + 0x10, 0x20 bytes, language data at 0x1039 + 7
        String fde =
                "24000000 24000000 1000000000000000 2000000000000000 08 0700000000000000 410e10"
                        + " 00000000";
        assertEquals(
                hex(
                        """
                        24000000 00000000 017a504c5200 0178100b 80 0011000000000000 00 00
                        0c0708 9001 000000000000
                        24000000 2c000000 3810000000000000 2000000000000000 08 4010000000000000
                        410e10 00000000
                        00000000
                        """),
                copy(cie + fde));
    }

    @Test
    void anAbsentPointerStaysAbsent() throws RegistrationException {
        String cie = "1c000000 00000000 017a504c5200 01781007 9b ed000000 10 10 0c0708 9001 0000";
        String fde =
                "24000000 24000000 1000000000000000 2000000000000000 08 0000000000000000 410e10"
                        + " 00000000";
        String copied = copy(cie + fde);
        int lsda = 2 * (40 + 4 + 4 + 8 + 8 + 1);
        assertEquals("0000000000000000", copied.substring(lsda, lsda + 16));
    }

    @Test
    void whatIsNotKnownIsRefused() {
        ByteBuffer cie =
                ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(20).putInt(0);
        cie.put((byte) 1).put("eh\0".getBytes(StandardCharsets.US_ASCII));
        RegistrationException refused =
                assertThrows(
                        RegistrationException.class,
                        () -> EhFrameCopy.of(START, cie.array(), List.of()));
        assertEquals(
                ".eh_frame at 0x1000: the record before +0xf has the augmentation 'eh'",
                refused.getMessage());
    }

    @Test
    void aRecordThatEndsTooEarlyIsRefused() {
        String cie = "08000000 00000000 017a5200";
        RegistrationException refused = assertThrows(RegistrationException.class, () -> copy(cie));
        assertEquals(
                ".eh_frame at 0x1000: the record before +0xc ends before its content",
                refused.getMessage());
    }

    /** Version 3 has the register of the return address as a number of any length. */
    @Test
    void aCieOfVersion3IsCopied() throws RegistrationException {
        String cie = "14000000 00000000 03 7a5200 01 78 9001 01 1b 0c0708 000000";
        // at 0x1018: pc begin 0x1020 + 0x20 = 0x1040, 0x30 bytes
        String fde = "14000000 1c000000 20000000 30000000 00 410e10 00000000";
        assertEquals(
                hex(
                        """
                        14000000 00000000 03 7a5200 01 78 9001 01 00 0c0708 000000
                        1c000000 1c000000 4010000000000000 3000000000000000 00 410e10 00000000
                        00000000
                        """),
                copy(cie + fde));
    }

    @Test
    void aCieWithoutAugmentationIsCopied() throws RegistrationException {
        String cie = "0c000000 00000000 01 00 01 78 10 0c0708";
        String fde = "18000000 14000000 0010000000000000 3000000000000000 410e1000";
        assertEquals(
                hex(
                        """
                        0c000000 00000000 01 00 01 78 10 0c0708
                        1c000000 14000000 0010000000000000 3000000000000000 410e1000 00000000
                        00000000
                        """),
                copy(cie + fde));
    }
}
