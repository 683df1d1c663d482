package dev.orcinus.formats.dwarf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.MalformedFileException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DwarfExpressionTest {
    private static final List<Long> VALUES =
            List.of(0L, 10L, 20L, 30L, 40L, 50L, 60L, 0x7000L, 80L);

    private static OptionalLong evaluate(String hex, long pc, long... initial) throws Exception {
        FrameRegisters registers = FrameRegisters.of(FrameRegisters.Processor.X86_64, pc, VALUES);
        ReadableMemory memory =
                (address, target) -> {
                    target[0] = (byte) address;
                    return address < 0x10000;
                };
        byte[] expression = HexFormat.of().parseHex(hex);
        return DwarfExpression.evaluate(expression, registers, memory, initial);
    }

    @ParameterizedTest
    @CsvSource({
        "35, 5",
        "08ff, 255",
        "09ff, -1",
        "0affff, 65535",
        "0bffff, -1",
        "0cffffffff, 4294967295",
        "0dffffffff, -1",
        "0e0100000000000080, -9223372036854775807",
        "108001, 128",
        "117f, -1",
        "7108, 18",
        "717e, 8",
        "920202, 22",
        "353612, 6",
        "35361222, 12",
        "35361322, UNDERFLOW",
        "35361422, 11",
        "3536371502, 5",
        "3536161c, 1",
        "35363717, 6",
        "09fb19, 5",
        "351f, -5",
        "3520, -6",
        "352305, 10",
        "3f3c1a, 12",
        "09f6331b, -3",
        "3f321c, 13",
        "3f341d, 3",
        "3f321e, 30",
        "38372122, UNDERFLOW",
        "383721, 15",
        "312a24, UNDERFLOW",
        "313a24, 1024",
        "09ff083c25, 15",
        "09f83126, -4",
        "3f3c27, 3",
        "353529, 1",
        "35362a, 0",
        "36352b, 1",
        "35352c, 1",
        "35362d, 1",
        "35362e, 1",
        "2f0100353630, 0",
        "31280100353639, 9",
        "08329401, 50",
        "083206, 50",
        "3596, 5",
        "331b, UNDERFLOW",
        "35301b, DIVISION",
        "350200, UNKNOWN",
        "2ffdff, ENDLESS",
        "08, TRUNCATED",
        "'', UNDERFLOW"
    })
    void operationsHaveTheirResults(String hex, String expected) throws Exception {
        if (Character.isLetter(expected.charAt(0))) {
            assertThrows(MalformedFileException.class, () -> evaluate(hex, 0));
        } else {
            assertEquals(OptionalLong.of(Long.parseLong(expected)), evaluate(hex, 0));
        }
    }

    /** The expression that linkers write for the procedure linkage table of x86-64. */
    @ParameterizedTest
    @CsvSource({"0x1000, 0x7008", "0x100a, 0x7008", "0x100b, 0x7010", "0x100f, 0x7010"})
    void thePlacesOfALinkageTableDifferByThePc(String pc, String expected) throws Exception {
        long address = Long.decode(pc);
        assertEquals(
                OptionalLong.of(Long.decode(expected)),
                evaluate("770880003f1a3b2a332422", address));
    }

    @Test
    void whatIsNotKnownHasNoValue() throws Exception {
        assertEquals(OptionalLong.empty(), evaluate("7c00", 0)); // register 12
        assertEquals(OptionalLong.empty(), evaluate("0c0000010006", 0)); // memory at 0x10000
    }

    @Test
    void theFrameAddressIsOnTheStack() throws Exception {
        assertEquals(OptionalLong.of(0x7010), evaluate("2310", 0, 0x7000));
        assertTrue(evaluate("06", 0, 0x20000).isEmpty());
    }
}
