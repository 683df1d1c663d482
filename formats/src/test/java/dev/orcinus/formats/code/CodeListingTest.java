package dev.orcinus.formats.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CodeListingTest {
    private static final CodeListing JUMP =
            CodeListing.x64(
                    """
                    # A remark.
                    start:
                      90  nop
                    there:
                      b800000000[number:imm32]  movl $number, %eax
                      e900000000[place:branch32]  jmp place
                      488d0500000000[place:rel32]  leaq place(%rip), %rax
                    """);

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void bytesLabelsAndHolesAreRead() {
        assertEquals("90b800000000e900000000488d0500000000", hex(JUMP.bytes()));
        assertEquals(18, JUMP.sizeBytes());
        assertEquals(0, JUMP.offsetOf("start"));
        assertEquals(1, JUMP.offsetOf("there"));
        assertEquals(
                List.of(
                        new Hole("number", HoleField.IMM32, 1, 6),
                        new Hole("place", HoleField.BRANCH32, 6, 11),
                        new Hole("place", HoleField.REL32, 11, 18)),
                JUMP.holes());
        assertEquals(List.of(2, 7, 14), JUMP.holes().stream().map(Hole::offset).toList());
    }

    @Test
    void allHolesOfANameAreFilledAndTheListingStays() {
        byte[] filled = JUMP.fill().with("place", 1).with("number", 0xabcd).bytes();
        assertEquals("90b8cdab0000e9f6ffffff488d05efffffff", hex(filled));
        assertEquals("90b800000000e900000000488d0500000000", hex(JUMP.bytes()));
    }

    @Test
    void whatIsMissingIsTold() {
        assertThrows(IllegalStateException.class, () -> JUMP.fill().with("place", 0).bytes());
        assertThrows(IllegalArgumentException.class, () -> JUMP.fill().with("other", 0));
        assertThrows(IllegalArgumentException.class, () -> JUMP.offsetOf("nowhere"));
    }

    /** An assembler has made the expected bytes. */
    @ParameterizedTest
    @CsvSource({
        "move16, 04008052, 0, 04008052",
        "move16, 04008052, 4660, 84468252",
        "move16, 04008052, 65535, e4ff9f52",
        "adr21, 13000010, -1048576, 13008010",
        "adr21, 13000010, 1048575, f3ff7f70",
        "adr21, 13000010, 6, 33000050",
        "literal19, 10000058, -64, 10feff58",
        "literal19, 10000058, -1048576, 10008058",
        "literal19, 10000058, 1048572, f0ff7f58",
        "branch26, 00000014, 4, 01000014",
        "branch26, 00000014, -4, ffffff17",
        "branch26, 00000014, -134217728, 00000016",
        "branch26, 00000014, 134217724, ffffff15",
        "word64, 0000000000000000, -2, feffffffffffffff"
    })
    void fieldsOfAArch64(String field, String code, long value, String expected) {
        CodeListing listing = CodeListing.aarch64("  " + code + "[x:" + field + "]  .\n");
        assertEquals(expected, hex(listing.fill().with("x", value).bytes()));
    }

    @ParameterizedTest
    @CsvSource({
        "imm32, 00000000, -2147483648, 00000080",
        "imm32, 00000000, 4294967295, ffffffff",
        "imm64, 48bf0000000000000000, -2, 48bffeffffffffffffff",
        "rel32, 00000000, -2147483644, 00000080",
        "rel32, 00000000, 2147483651, ffffff7f"
    })
    void fieldsOfX64(String field, String code, long value, String expected) {
        CodeListing listing = CodeListing.x64("  " + code + "[x:" + field + "]  .\n");
        assertEquals(expected, hex(listing.fill().with("x", value).bytes()));
    }

    @ParameterizedTest
    @CsvSource({
        "move16, -1",
        "move16, 65536",
        "adr21, -1048577",
        "adr21, 1048576",
        "literal19, 2",
        "literal19, -1048580",
        "literal19, 1048576",
        "branch26, 3",
        "branch26, -134217732",
        "branch26, 134217728",
        "page21, 0",
        "add12, 0",
        "access12, 0"
    })
    void whatDoesNotFitIsRefusedOnAArch64(String field, long value) {
        CodeListing listing = CodeListing.aarch64("  00000000[x:" + field + "]  .\n");
        assertThrows(IllegalArgumentException.class, () -> listing.fill().with("x", value));
    }

    @ParameterizedTest
    @CsvSource({
        "imm32, -2147483649",
        "imm32, 4294967296",
        "rel32, -2147483645",
        "rel32, 2147483652",
        "branch32, 2147483652"
    })
    void whatDoesNotFitIsRefusedOnX64(String field, long value) {
        CodeListing listing = CodeListing.x64("  00000000[x:" + field + "]  .\n");
        assertThrows(IllegalArgumentException.class, () -> listing.fill().with("x", value));
    }

    @Test
    void mistakesInAListingAreFound() {
        for (String text :
                List.of(
                        "  9  nop\n",
                        "  90[x:imm16]  nop\n",
                        "  00000000[x:adr21]  another processor's field\n")) {
            assertThrows(IllegalArgumentException.class, () -> CodeListing.x64(text), text);
        }
    }
}
