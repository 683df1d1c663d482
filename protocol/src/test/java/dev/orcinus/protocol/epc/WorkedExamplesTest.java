package dev.orcinus.protocol.epc;

import static dev.orcinus.protocol.Wire.address;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.Sample;
import dev.orcinus.protocol.Wire;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The captured examples of epc-protocol.md, sections 2 and 6.1, byte for byte. */
final class WorkedExamplesTest {
    private static final SpsCodec<Map.Entry<ExecutorAddress, List<String>>> RUN_AS_MAIN =
            SpsCodec.pair(
                    Sps.ADDRESS,
                    SpsCodec.sequence(Sps.STRING),
                    Map::entry,
                    Map.Entry::getKey,
                    Map.Entry::getValue);
    private static final SpsCodec<Expected<List<SymbolDef>>> RESULT_19 =
            SpsCodec.expected(SpsCodec.sequence(SymbolDef.CODEC));
    private static final SpsCodec<Expected<List<Optional<SymbolDef>>>> RESULT_22 =
            SpsCodec.expected(SpsCodec.sequence(SpsCodec.optional(SymbolDef.CODEC)));
    private static final SpsCodec<Expected<List<Optional<ExecutorAddress>>>> RESULT_23 =
            SpsCodec.expected(SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS)));

    static List<Sample<?>> results() {
        return List.of(
                Sample.of(
                        "Expected<addr> ok",
                        SpsCodec.expected(Sps.ADDRESS),
                        new Expected.Value<>(address(0x7f8d_633b_6000L)),
                        "01 | 00603b638d7f.."),
                Sample.of(
                        "Expected<addr> failed",
                        SpsCodec.expected(Sps.ADDRESS),
                        new Expected.Failure<>("Missing definition for nosuch_sym"),
                        "00 | 21.. | 'Missing definition for nosuch_sym'"),
                Sample.of(
                        "SPSError failure",
                        Sps.ERROR,
                        Optional.of("Required address for empty symbol \"\""),
                        "01 | 24.. | 'Required address for empty symbol \"\"'"),
                Sample.of("run_as_main result 42", Sps.UINT64, 42L, "2a00000000000000"),
                Sample.of(
                        "mem_read_buffers",
                        SpsCodec.sequence(Sps.STRING),
                        List.of("\u0011\"3D"),
                        "01.. | 04.. | 11223344"),
                Sample.of(
                        "mem_read_strings",
                        SpsCodec.sequence(Sps.STRING),
                        List.of("hello"),
                        "01.. | 05.. 'hello'"),
                Sample.of(
                        "SHM reserve",
                        SpsCodec.expected(SharedReservation.CODEC),
                        new Expected.Value<>(
                                new SharedReservation(
                                        address(0x7f20_7800_0000L), "/jitlink_4439_1")),
                        "01 | 00000078207f.. | 0f.. '/jitlink_4439_1'"));
    }

    static List<Sample<?>> lookups() {
        return List.of(
                Sample.of(
                        "lookup set of a weak printf",
                        LookupElement.SET_CODEC,
                        List.of(new LookupElement("printf", false)),
                        "01.. | 06.. 7072696e7466 | 00"),
                Sample.of(
                        "LLVM 19 lookup",
                        RESULT_19,
                        found(SymbolDef.exported(address(0x7fbd_0387_05b0L))),
                        "01 | 01.. | b0058703bd7f.. 10 00"),
                Sample.of(
                        "LLVM 22 resolve",
                        RESULT_22,
                        found(Optional.of(SymbolDef.exported(address(0x7f8d_6126_5880L)))),
                        "01 | 01.. | 01 | 805826618d7f.. 10 00"),
                Sample.of(
                        "LLVM 23 resolve",
                        RESULT_23,
                        found(Optional.of(address(0x7fca_4446_4dc0L))),
                        "01 | 01.. | 01 | c04d4644ca7f.."));
    }

    static List<Sample<?>> misses() {
        return List.of(
                Sample.of(
                        "LLVM 22 required symbol missing",
                        RESULT_22,
                        found(Optional.empty()),
                        "01 | 01.. | 00"),
                Sample.of(
                        "LLVM 23 required symbol missing",
                        RESULT_23,
                        found(Optional.empty()),
                        "01 | 01.. | 00"),
                Sample.of(
                        "LLVM 22 weak symbol missing",
                        RESULT_22,
                        found(Optional.of(SymbolDef.exported(address(0)))),
                        "01 | 01.. | 01 | 00.. 10 00"),
                Sample.of(
                        "LLVM 23 weak symbol missing",
                        RESULT_23,
                        found(Optional.of(address(0))),
                        "01 | 01.. | 01 | 00.."));
    }

    private static <T> Expected<List<T>> found(T one) {
        return new Expected.Value<>(List.of(one));
    }

    static List<Sample<?>> arguments() {
        return List.of(
                Sample.of(
                        "run_as_main(fn, [a, b])",
                        RUN_AS_MAIN,
                        Map.entry(address(0x7f8d_633b_5000L), List.of("a", "b")),
                        "00503b638d7f.. | 02.. | 01.. 61 | 01.. 62"),
                Sample.of(
                        "mem_write_uint16s [(d+2, 0x4433)]",
                        SpsCodec.sequence(
                                SpsCodec.pair(
                                        Sps.ADDRESS,
                                        Sps.UINT16,
                                        Map::entry,
                                        Map.Entry::getKey,
                                        Map.Entry::getValue)),
                        List.of(Map.entry(address(0x1002), (short) 0x4433)),
                        "01.. | 0210.. | 33 44"),
                Sample.of(
                        "mem_read_buffers [d, d+4)",
                        SpsCodec.sequence(Sps.RANGE),
                        List.of(new AddressRange(address(0x1000), address(0x1004))),
                        "01.. | 0010.. 0410.."),
                Sample.of(
                        "mem_read_strings",
                        SpsCodec.sequence(Sps.ADDRESS),
                        List.of(address(0x1000)),
                        "01.. | 0010.."));
    }

    @ParameterizedTest
    @MethodSource({"results", "lookups", "misses", "arguments"})
    <T> void isWritten(Sample<T> sample) {
        assertArrayEquals(sample.bytes(), sample.codec().encode(sample.value()));
    }

    @ParameterizedTest
    @MethodSource({"results", "lookups", "misses", "arguments"})
    <T> void isRead(Sample<T> sample) throws ProtocolException {
        SpsReader in = new SpsReader(MemorySegment.ofArray(sample.bytes()));
        assertEquals(sample.value(), sample.codec().read(in));
        assertEquals(0, in.remaining(), "bytes left");
    }

    @Test
    void runAsIntTakesAFunctionAndAnInt32() throws ProtocolException {
        byte[] arguments = Wire.of("00503b638d7f.. | 29000000");
        SpsReader in = new SpsReader(MemorySegment.ofArray(arguments));
        assertEquals(address(0x7f8d_633b_5000L), in.readAddress());
        assertEquals(41, in.readInt());
        assertArrayEquals(Wire.of("2a000000"), new SpsWriter().writeInt(42).toBytes());
    }

    /** Returns the payload of frame 9 of a session of LLVM 22: initialize of hello.o, 256 bytes. */
    private static byte[] initialize() {
        String action = "10.. | 18403b638d7f.. 4c403b638d7f..";
        return Wire.of(
                "60ad4a08b055.."
                        + "| 02.."
                        + "| 01 | 00403b638d7f.. | 0010.. | 58.. "
                        + "41".repeat(88)
                        + "| 05 | 00503b638d7f.. | 0010.. | 1e.. "
                        + "90".repeat(30)
                        + "| 01.."
                        + "| 10c15ce2af55.. | "
                        + action
                        + "| e0c15ce2af55.. | "
                        + action);
    }

    private static FinalizeRequest initializeRequest() {
        byte[] range = Wire.of("18403b638d7f.. 4c403b638d7f..");
        return new FinalizeRequest(
                List.of(
                        segment(1, 0x7f8d_633b_4000L, "41".repeat(88)),
                        segment(5, 0x7f8d_633b_5000L, "90".repeat(30))),
                List.of(
                        new AllocActionCallPair(
                                new WrapperFunctionCall(address(0x55af_e25c_c110L), range),
                                new WrapperFunctionCall(address(0x55af_e25c_c1e0L), range))));
    }

    private static FinalizeRequest.Segment segment(int group, long address, String content) {
        return new FinalizeRequest.Segment(
                new SegmentHeader(AllocGroup.ofWire((byte) group), address(address), 0x1000),
                Wire.of(content));
    }

    @Test
    void aCapturedInitializeIsRead() throws ProtocolException {
        assertEquals(256, initialize().length);
        SpsReader in = new SpsReader(MemorySegment.ofArray(initialize()));
        assertEquals(address(0x55b0_084a_ad60L), in.readAddress());
        FinalizeRequest request = FinalizeRequest.CODEC.read(in);
        assertEquals(initializeRequest(), request);
        assertEquals(0, in.remaining(), "bytes left");
        byte[] arguments = request.actions().getFirst().finalizeCall().arguments();
        AddressRange ehFrame = Sps.RANGE.read(new SpsReader(MemorySegment.ofArray(arguments)));
        assertEquals(0x34, ehFrame.sizeBytes(), "48 bytes of .eh_frame and its terminator");
    }

    @Test
    void aCapturedInitializeIsWritten() {
        SpsWriter out = new SpsWriter().writeAddress(address(0x55b0_084a_ad60L));
        FinalizeRequest.CODEC.write(out, initializeRequest());
        assertArrayEquals(initialize(), out.toBytes());
    }
}
