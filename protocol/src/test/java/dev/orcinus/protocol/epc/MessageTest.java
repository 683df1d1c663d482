package dev.orcinus.protocol.epc;

import static dev.orcinus.protocol.Wire.address;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.Sample;
import dev.orcinus.protocol.WindowedStream;
import dev.orcinus.protocol.Wire;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageTest {
    static List<Sample<?>> samples() {
        return MessageSamples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void isWritten(Sample<T> sample) {
        assertArrayEquals(sample.bytes(), sample.codec().encode(sample.value()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void isReadFromASegment(Sample<T> sample) throws ProtocolException {
        SpsReader in = new SpsReader(MemorySegment.ofArray(sample.bytes()));
        T value = sample.codec().read(in);
        assertEquals(sample.value(), value);
        assertEquals(sample.value().hashCode(), value.hashCode(), "hash code");
        assertEquals(0, in.remaining(), "bytes left");
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void isReadFromAStream(Sample<T> sample) throws ProtocolException {
        WindowedStream line = new WindowedStream(sample.bytes(), 5, new Random(0));
        SpsReader in = new SpsReader(line, sample.bytes().length);
        assertEquals(sample.value(), sample.codec().read(in));
        assertEquals(0, in.remaining(), "bytes left");
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void isMalformedIfCutAnywhere(Sample<T> sample) {
        for (int size = 0; size < sample.bytes().length; size++) {
            MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(sample.bytes(), size));
            assertThrows(
                    MalformedSpsException.class,
                    () -> sample.codec().read(new SpsReader(cut)),
                    "cut to " + size + " bytes");
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void takesAtLeastItsMinimum(Sample<T> sample) {
        int minimum = sample.codec().minimumBytes();
        assertTrue(
                minimum >= 1 && minimum <= sample.bytes().length,
                "minimum " + minimum + " of " + sample.bytes().length + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"06", "07", "0e", "0f"})
    void aSegmentThatIsWritableAndExecutableIsMalformed(String group) {
        assertEquals(
                "SPS data, offset 0x0: allocation group 0x"
                        + Integer.toHexString(Integer.parseInt(group, 16))
                        + ": memory that is both writable and executable is not available",
                refusal(group));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "80", "ff"})
    void aGroupWithUnknownBitsIsMalformed(String group) {
        int bits = Integer.parseInt(group, 16) & ~8;
        assertEquals(
                "SPS data, offset 0x0: allocation group 0x"
                        + group
                        + ": 0x"
                        + Integer.toHexString(bits)
                        + " are no protection bits",
                refusal(group));
    }

    private static String refusal(String group) {
        SpsReader in = new SpsReader(Wire.segment(group + "| 0010.. | 0010.."));
        return assertThrows(MalformedSpsException.class, () -> SegmentHeader.CODEC.read(in))
                .getMessage();
    }

    @Test
    void callsAreComparedByTheContentOfTheirArguments() {
        WrapperFunctionCall call = new WrapperFunctionCall(address(1), Wire.of("0203"));
        assertEquals(call, new WrapperFunctionCall(address(1), Wire.of("0203")));
        assertNotEquals(call, new WrapperFunctionCall(address(1), Wire.of("0204")));
        assertNotEquals(call, new WrapperFunctionCall(address(2), Wire.of("0203")));
        assertEquals("0x1(2 bytes)", call.toString());
        assertFalse(call.isNone());
        assertTrue(new WrapperFunctionCall(address(0), Wire.of("01")).isNone());
    }

    @Test
    void segmentsAreComparedByTheirContent() {
        SegmentHeader header = new SegmentHeader(AllocGroup.ofWire((byte) 1), address(1), 2);
        FinalizeRequest.Segment segment = new FinalizeRequest.Segment(header, Wire.of("05"));
        assertEquals(segment, new FinalizeRequest.Segment(header, Wire.of("05")));
        assertNotEquals(segment, new FinalizeRequest.Segment(header, Wire.of("06")));
        SegmentHeader other = new SegmentHeader(AllocGroup.ofWire((byte) 1), address(1), 3);
        assertNotEquals(segment, new FinalizeRequest.Segment(other, Wire.of("05")));
        assertTrue(segment.toString().endsWith(" with 1 bytes"), segment.toString());
    }

    @Test
    void exportedSymbolsCarryTheFlagThatLlvm19LooksFor() {
        assertEquals((byte) 0x10, SymbolDef.exported(address(1)).flags());
        assertEquals((byte) 0, SymbolDef.exported(address(1)).targetFlags());
    }
}
