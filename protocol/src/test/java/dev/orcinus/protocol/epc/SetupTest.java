package dev.orcinus.protocol.epc;

import static dev.orcinus.protocol.Wire.address;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.Wire;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SetupTest {
    private static final String TRIPLE = "13.. 'x86_64-pc-linux-gnu'";

    /** The beginning of frame 0 of a session of LLVM 22, with 2 of its 34 symbols. */
    private static final String CAPTURED =
            TRIPLE
                    + "| 0010.. | 00.. | 02.. "
                    + "| 28.. '__llvm_orc_bootstrap_run_as_main_wrapper' 50715de2af55.. "
                    + "| 2e.. '__llvm_orc_SimpleExecutorDylibManager_Instance' 40b04a08b055..";

    private static Setup read(String fixture) throws ProtocolException {
        return Setup.CODEC.read(new SpsReader(Wire.segment(fixture)));
    }

    private static Map<String, ExecutorAddress> capturedSymbols() {
        Map<String, ExecutorAddress> symbols = new LinkedHashMap<>();
        symbols.put("__llvm_orc_bootstrap_run_as_main_wrapper", address(0x55af_e25d_7150L));
        symbols.put("__llvm_orc_SimpleExecutorDylibManager_Instance", address(0x55b0_084a_b040L));
        return symbols;
    }

    @Test
    void aCapturedMessageIsRead() throws ProtocolException {
        Setup setup = read(CAPTURED);
        assertEquals(new Triple("x86_64-pc-linux-gnu"), setup.triple());
        assertEquals(4096, setup.pageSizeBytes());
        assertEquals(0, setup.bootstrapMap().size());
        assertEquals(capturedSymbols(), setup.bootstrapSymbols());
        assertEquals(
                List.copyOf(capturedSymbols().keySet()),
                new ArrayList<>(setup.bootstrapSymbols().keySet()),
                "order of the wire");
    }

    @Test
    void aCapturedMessageIsWritten() {
        Setup setup =
                new Setup(new Triple("x86_64-pc-linux-gnu"), 4096, Map.of(), capturedSymbols());
        assertArrayEquals(Wire.of(CAPTURED), Setup.CODEC.encode(setup));
    }

    @Test
    void valuesOfTheBootstrapMapStayBytes() throws ProtocolException {
        String fixture =
                TRIPLE + "| 0040.. | 01.. | 18.. 'darwin-use-ehframes-only' 01.. 01 | 00..";
        Setup setup = read(fixture);
        assertArrayEquals(new byte[] {1}, setup.bootstrapMap().get("darwin-use-ehframes-only"));
        assertEquals(0x4000, setup.pageSizeBytes());
        assertArrayEquals(Wire.of(fixture), Setup.CODEC.encode(setup));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "0010.. | 02.. | 01.. 'k' 00.. | 01.. 'k' 00.. | 00.., k, 0x23",
                "0010.. | 00.. | 02.. | 01.. 's' 01.. | 01.. 's' 02.., s, 0x2b",
                "0010.. | 00.. | 02.. | 00.. 01.. | 00.. 01.., \"\", 0x2b"
            })
    void aKeyThatStandsTwiceIsRefused(String rest, String key, String offset) {
        MalformedSpsException e =
                assertThrows(MalformedSpsException.class, () -> read(TRIPLE + rest));
        assertEquals(
                "SPS data, offset " + offset + ": the key '" + key + "' occurs twice",
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "02.. c328 | 0010.. | 00.. | 00.., 0x0",
                "01.. 'x' | 0010.. | 01.. | 01.. ff 00.. | 00.., 0x19",
                "01.. 'x' | 0010.. | 00.. | 01.. | 02.. c0af 00.., 0x21"
            })
    void textThatIsNotUtf8IsRefused(String fixture, String offset) {
        MalformedSpsException e = assertThrows(MalformedSpsException.class, () -> read(fixture));
        assertEquals("SPS data, offset " + offset + ": a string that is not UTF-8", e.getMessage());
    }

    @Test
    void anEmptyTripleIsRefused() {
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class, () -> read("00.. | 0010.. | 00.. | 00.."));
        assertEquals("SPS data, offset 0x0: an empty target triple", e.getMessage());
    }

    @Test
    void aMessageCutAnywhereIsRefused() {
        byte[] bytes = Wire.of(CAPTURED);
        for (int size = 0; size < bytes.length; size++) {
            MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(bytes, size));
            assertThrows(
                    MalformedSpsException.class,
                    () -> Setup.CODEC.read(new SpsReader(cut)),
                    "cut to " + size + " bytes");
        }
    }

    @Test
    void whatFollowsTheLastFieldIsIgnored() throws ProtocolException {
        SpsReader in = new SpsReader(Wire.segment(CAPTURED + "| 0102030405"));
        assertEquals(2, Setup.CODEC.read(in).bootstrapSymbols().size());
        assertEquals(5, in.remaining());
    }
}
