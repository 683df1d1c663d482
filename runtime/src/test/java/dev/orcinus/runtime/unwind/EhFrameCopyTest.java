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

    private static void assertRefused(String problem, String section) {
        RegistrationException refused =
                assertThrows(RegistrationException.class, () -> copy(section));
        assertEquals(".eh_frame at 0x1000: the record before " + problem, refused.getMessage());
    }

    @Test
    void eachGapIsLeftOut() throws RegistrationException {
        String cie = "14000000 00000000 017a5200 01781001 1b0c0708 90010000";
        // at 0x101c: pc begin 0x1024 + 0x20; at 0x1038: 0x1040 - 0x40
        String first = "14000000 20000000 20000000 30000000 00 410e10 00000000";
        String second = "14000000 3c000000 c0ffffff 50000000 00 410e10 00000000";
        byte[] bytes = HexFormat.of().parseHex(hex(cie + "efbeadde" + first + "07000000" + second));
        assertEquals(
                hex(
                        """
                        14000000 00000000 017a5200 01781001 000c0708 90010000
                        1c000000 1c000000 4410000000000000 3000000000000000 00 410e10 00000000
                        1c000000 3c000000 0010000000000000 5000000000000000 00 410e10 00000000
                        00000000
                        """),
                HexFormat.of().formatHex(EhFrameCopy.of(START, bytes, List.of(24, 52))));
    }

    /** An FDE of a CIE "zR" of 24 bytes, whose numbers have 8 bytes in the copy. */
    private static String copyOfFde(String encoding, String numbers) throws RegistrationException {
        String cie = "14000000 00000000 017a5200 01781001 " + encoding + "0c0708 90010000";
        String content = "1c000000 " + numbers + " 00 410e10";
        String length = String.format("%02x000000", hex(content).length() / 2);
        return copy(cie + length + content).substring(2 * (24 + 8), 2 * (24 + 8 + 16));
    }

    @Test
    void numbersOfEachFormatAreWidened() throws RegistrationException {
        for (String wide : List.of("00", "04", "0c")) {
            assertEquals(
                    hex("efcdab8967452301 ffffffffffffff7f"),
                    copyOfFde(wide, "efcdab8967452301 ffffffffffffff7f"));
        }
        assertEquals(
                hex("ffffffff00000000 f0ffffff00000000"), copyOfFde("03", "ffffffff f0ffffff"));
        assertEquals(
                hex("ffffffffffffffff f0ffffffffffffff"), copyOfFde("0b", "ffffffff f0ffffff"));
        // at 0x1020
        assertEquals(
                hex("1010000001000000 f0ffffff00000000"), copyOfFde("13", "f0ffffff f0ffffff"));
    }

    @Test
    void encodingsThatAreNotKnownAreRefused() {
        for (String encoding : List.of("1", "2", "9", "a")) {
            RegistrationException refused =
                    assertThrows(
                            RegistrationException.class,
                            () -> copyOfFde("0" + encoding, "00000000 00000000"));
            assertEquals(
                    ".eh_frame at 0x1000: the record before +0x20 has pointers of the encoding 0x"
                            + encoding,
                    refused.getMessage());
        }
        RegistrationException ofText =
                assertThrows(
                        RegistrationException.class, () -> copyOfFde("2b", "00000000 00000000"));
        assertEquals(
                ".eh_frame at 0x1000: the record before +0x24 has pointers of the encoding 0x2b",
                ofText.getMessage());
    }

    @Test
    void languageDataMayBeAbsentFromACieOrAnFde() throws RegistrationException {
        // zPLR with omitted language data: the bytes of the augmentation's data are dropped
        String omitted =
                "1c000000 00000000 017a504c5200 01781007 9b ed000000 ff 10 0c0708 9001 0000";
        String fde = "1c000000 24000000 1000000000000000 2000000000000000 03 aabbcc" + "00000000";
        assertEquals(
                hex(
                        """
                        24000000 00000000 017a504c5200 0178100b 80 0011000000000000 ff 00
                        0c0708 9001 000000000000
                        1c000000 2c000000 3810000000000000 2000000000000000 00 00000000 000000
                        00000000
                        """),
                copy(omitted + fde));
        // the CIE has language data, the FDE has none
        String cie = "1c000000 00000000 017a504c5200 01781007 9b ed000000 10 10 0c0708 9001 0000";
        String without = "1c000000 24000000 1000000000000000 2000000000000000 00 410e10 00000000";
        assertEquals(
                hex("1c000000 2c000000 3810000000000000 2000000000000000 00 410e10 00000000"),
                copy(cie + without).substring(2 * 40, 2 * (40 + 32)));
    }

    @Test
    void augmentationDataThatIsLongerThanKnownIsPassedOver() throws RegistrationException {
        // language data at 0x103a + 7, then three bytes; the length has two bytes
        String cie = "1c000000 00000000 017a504c5200 01781007 9b ed000000 10 10 0c0708 9001 0000";
        String fde =
                "24000000 24000000 1000000000000000 2000000000000000 8b00 0700000000000000 aabbcc"
                        + "410e10";
        assertEquals(
                hex(
                        """
                        24000000 2c000000 3810000000000000 2000000000000000 08 4110000000000000
                        410e10 00000000
                        00000000
                        """),
                copy(cie + fde).substring(2 * 40));
    }

    @Test
    void marksOfSignalFramesAndOfPointerKeysStay() throws RegistrationException {
        String cie = "14000000 00000000 017a5253 42000178 1001 1b 0c0708 0000";
        assertEquals(
                hex("14000000 00000000 017a5253 42000178 1001 00 0c0708 0000 00000000"), copy(cie));
    }

    @Test
    void aRecordOfAnUnknownFormIsRefused() {
        assertRefused("+0x4 has an extended length", "ffffffff 0800000000000000 00000000 00000000");
        assertRefused("+0x8 has no CIE before it", "08000000 04000000 00000000");
        assertRefused(
                "+0x10 has the augmentation 'zX'",
                "14000000 00000000 017a5800 01781001 1b0c0708 90010000");
    }

    /** The pointer of a record must not be read from the next one. */
    @Test
    void aRecordEndsWhereItsLengthSays() {
        String cie = "14000000 00000000 017a5200 01781001 1b0c0708 90010000";
        String cut = "08000000 1c000000 20000000";
        String next = "14000000 28000000 20000000 30000000 00 410e10 00000000";
        assertRefused("+0x24 ends before its content", cie + cut + next);
    }
}
