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

    @Test
    void aLengthOfZeroIsARecordWithoutContent() {
        assertRefused("+0x4 ends before its content", "00000000 00000000 017a5200");
    }

    /** A byte of 0 ends a number that has any length. */
    @Test
    void numbersMayBeZero() throws RegistrationException {
        String cie = "14000000 00000000 03 7a5200 00 00 00 01 1b 0c0708 00000000";
        assertEquals(
                hex("14000000 00000000 03 7a5200 00 00 00 01 00 0c0708 00000000 00000000"),
                copy(cie));
    }

    @Test
    void numbersMayHaveMoreThanTwoBytes() throws RegistrationException {
        String cie = "14000000 00000000 03 7a5200 8101 828001 03 01 1b 0c0708 00";
        assertEquals(
                hex("14000000 00000000 03 7a5200 8101 828001 03 01 00 0c0708 00 00000000"),
                copy(cie));
    }

    /** Its length has two bytes, of which both count, and three in the second round. */
    @Test
    void augmentationDataMayBeLong() throws RegistrationException {
        String cie = "14000000 00000000 017a5200 01781001 1b0c0708 90010000";
        for (String[] size : new String[][] {{"8201", "130"}, {"828001", "16386"}}) {
            String data = "5a".repeat(Integer.parseInt(size[1]));
            String content = "1c000000 20000000 30000000" + size[0] + data + "410e10";
            String length = String.format("%08x", Integer.reverseBytes(hex(content).length() / 2));
            assertEquals(
                    hex(
                            """
                            1c000000 1c000000 4010000000000000 3000000000000000 00 410e10 00000000
                            00000000
                            """),
                    copy(cie + length + content).substring(2 * 24),
                    size[1]);
        }
    }

    @Test
    void theKindsOfAnAugmentationComeInTheirOrder() throws RegistrationException {
        // zLRS: language data as addresses of four bytes, code as distances
        String cie = "14000000 00000000 01 7a4c525300 01 78 10 02 03 1b 0c070800";
        // at 0x1018: pc begin 0x1020 + 0x20, language data 0x2000
        String fde = "18000000 1c000000 20000000 30000000 04 00200000 410e10 00000000";
        assertEquals(
                hex(
                        """
                        14000000 00000000 01 7a4c525300 01 78 10 02 00 00 0c070800
                        24000000 1c000000 4010000000000000 3000000000000000 08 0020000000000000
                        410e10 00000000
                        00000000
                        """),
                copy(cie + fde));
    }

    @Test
    void anFdeBelongsToTheCieThatItPointsTo() throws RegistrationException {
        String relative = "14000000 00000000 017a5200 01781001 1b0c0708 90010000";
        String absolute = "14000000 00000000 017a5200 01781001 000c0708 90010000";
        // at 0x1030: pc begin 0x1038 + 0x20; at 0x1048 as it is; each record of 8-byte numbers
        String first = "14000000 34000000 20000000 30000000 00 410e10 00000000";
        String second = "1c000000 34000000 0020000000000000 5000000000000000 00 410e10 00000000";
        assertEquals(
                hex(
                        """
                        14000000 00000000 017a5200 01781001 000c0708 90010000
                        14000000 00000000 017a5200 01781001 000c0708 90010000
                        1c000000 34000000 5810000000000000 3000000000000000 00 410e10 00000000
                        1c000000 3c000000 0020000000000000 5000000000000000 00 410e10 00000000
                        00000000
                        """),
                copy(relative + absolute + first + second));
    }

    /** A CIE with some personalities, which no compiler writes; each has nine bytes in the copy. */
    private static String cieOf(int personalities, String more) {
        String content =
                "00000000 01 7a"
                        + "50".repeat(personalities)
                        + more
                        + "00 0178 10 "
                        + String.format("%02x", 5 * personalities + more.length() / 2)
                        + "1b00000000".repeat(personalities)
                        + "1b".repeat(more.length() / 2);
        return String.format("%08x", Integer.reverseBytes(hex(content).length() / 2)) + content;
    }

    @Test
    void theAugmentationOfACopyHasALengthOfOneByte() throws RegistrationException {
        String longest = copy(cieOf(14, "52")); // 14 * 9 + 1
        int length = 2 * (4 + 4 + 1 + 1 + 14 + 1 + 1 + 3);
        assertEquals("7f", longest.substring(length, length + 2));
        String names = "P".repeat(14) + "RR";
        assertRefused("+0x67 has the augmentation 'z" + names + "'", cieOf(14, "5252"));
    }

    /** The copied instructions of an FDE of a CIE "zR", which stand at 0x1029 or 0x1031. */
    private static String copyOfInstructions(String encoding, String numbers, String instructions)
            throws RegistrationException {
        String cie = "14000000 00000000 017a5200 01781001 " + encoding + "0c0708 90010000";
        String content = "1c000000" + numbers + "00" + instructions;
        String length = String.format("%02x000000", hex(content).length() / 2);
        return copy(cie + length + content).substring(2 * (24 + 8 + 16 + 1));
    }

    /** The operand of {@code DW_CFA_set_loc} has the encoding that the CIE gives to pointers. */
    @Test
    void aLocationInInstructionsBecomesAnAddress() throws RegistrationException {
        String four = "20000000 30000000";
        String eight = "2000000000000000 3000000000000000";
        String location = "41 0e10 01 5010000000000000 0e08 00" + "00000000";
        // at 0x102d: 0x1050 - 0x23
        assertEquals(hex(location), copyOfInstructions("1b", four, "41 0e10 01 23000000 0e08"));
        assertEquals(
                hex("41 0e10 01 1010000000000000 0e08 00 00000000"),
                copyOfInstructions("1b", four, "41 0e10 01 e3ffffff 0e08"));
        assertEquals(hex(location), copyOfInstructions("13", four, "41 0e10 01 23000000 0e08"));
        assertEquals(hex(location), copyOfInstructions("9b", four, "41 0e10 01 23000000 0e08"));
        // at 0x1035: 0x1050 - 0x1b
        assertEquals(
                hex(location), copyOfInstructions("10", eight, "41 0e10 01 1b00000000000000 0e08"));
        assertEquals(
                hex("41 0e10 01 00ffffff00000000 0e08 00 00000000"),
                copyOfInstructions("03", four, "41 0e10 01 00ffffff 0e08"));
        assertEquals(
                hex("41 0e10 01 00ffffffffffffff 0e08 00 00000000"),
                copyOfInstructions("0b", four, "41 0e10 01 00ffffff 0e08"));
        for (String absolute : List.of("00", "04", "0c")) {
            assertEquals(
                    hex(location),
                    copyOfInstructions(absolute, eight, "41 0e10 01 5010000000000000 0e08"));
        }
    }

    /** Bytes of operands may be as {@code DW_CFA_set_loc}. */
    @Test
    void operandsOfInstructionsArePassedOver() throws RegistrationException {
        List<String> instructions =
                List.of(
                        "00",
                        "41",
                        "8101",
                        "c1",
                        "0201",
                        "030101",
                        "0401010101",
                        "050101",
                        "0601",
                        "0701",
                        "0801",
                        "090101",
                        "0a",
                        "0b",
                        "0c0101",
                        "0d01",
                        "0e8101",
                        "0f020101",
                        "10010101",
                        "11017f",
                        "120101",
                        "1301",
                        "140101",
                        "150101",
                        "1601020101",
                        "1d0101010101010101",
                        "2c",
                        "2d",
                        "2e01",
                        "2f0101");
        for (String instruction : instructions) {
            String before = instruction + "01";
            int at = 0x1029 + before.length() / 2;
            String distance = String.format("%08x", Integer.reverseBytes(0x1050 - at));
            String copied = copyOfInstructions("1b", "20000000 30000000", before + distance);
            assertEquals(before + "5010000000000000", copied.substring(0, before.length() + 16));
        }
    }

    @Test
    void anInstructionThatIsNotKnownIsRefusedIfALocationMayFollow() throws RegistrationException {
        RegistrationException refused =
                assertThrows(
                        RegistrationException.class,
                        () -> copyOfInstructions("1b", "20000000 30000000", "41 3f"));
        assertEquals(
                ".eh_frame at 0x1000: the record before +0x2b has the instruction 0x3f",
                refused.getMessage());
        String absolute = "2000000000000000 3000000000000000";
        assertEquals(hex("41 3f 0000000000 00000000"), copyOfInstructions("00", absolute, "41 3f"));
    }

    @Test
    void anInstructionThatIsCutOffIsRefused() {
        RegistrationException refused =
                assertThrows(
                        RegistrationException.class,
                        () -> copyOfInstructions("1b", "20000000 30000000", "41 01 2300"));
        assertEquals(
                ".eh_frame at 0x1000: the record before +0x2b ends before its content",
                refused.getMessage());
    }
}
