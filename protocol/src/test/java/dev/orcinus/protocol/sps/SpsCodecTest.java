package dev.orcinus.protocol.sps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.Sample;
import dev.orcinus.protocol.WindowedStream;
import dev.orcinus.protocol.Wire;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpsCodecTest {
    static List<Sample<?>> samples() {
        return SpsSamples.all();
    }

    private static SpsReader reader(byte[] bytes) {
        return new SpsReader(MemorySegment.ofArray(bytes));
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void writesWhatLlvmWrites(Sample<T> sample) {
        assertArrayEquals(sample.bytes(), sample.codec().encode(sample.value()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void readsWhatLlvmWrites(Sample<T> sample) throws ProtocolException {
        SpsReader in = reader(sample.bytes());
        T value = sample.codec().read(in);
        if (value instanceof byte[] blob) {
            assertArrayEquals((byte[]) sample.value(), blob);
        } else {
            assertEquals(sample.value(), value);
        }
        assertEquals(0, in.remaining(), "bytes left");
        assertEquals(sample.bytes().length, in.offset(), "bytes read");
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void leavesWhatFollows(Sample<T> sample) throws ProtocolException {
        SpsReader in = reader(Arrays.copyOf(sample.bytes(), sample.bytes().length + 3));
        sample.codec().read(in);
        assertEquals(3, in.remaining(), "bytes left");
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void takesAtLeastItsMinimum(Sample<T> sample) {
        int minimum = sample.codec().minimumBytes();
        assertTrue(minimum >= 1, "minimum " + minimum);
        assertTrue(minimum <= sample.bytes().length, "minimum " + minimum);
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void isMalformedIfCutAnywhere(Sample<T> sample) {
        for (int size = 0; size < sample.bytes().length; size++) {
            byte[] cut = Arrays.copyOf(sample.bytes(), size);
            MalformedSpsException e =
                    assertThrows(
                            MalformedSpsException.class,
                            () -> sample.codec().read(reader(cut)),
                            "cut to " + size + " bytes");
            assertTrue(
                    e.offset() >= 0 && e.offset() <= size,
                    "offset " + e.offset() + " in " + size + " bytes");
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void reportsALineThatBreaksAnywhere(Sample<T> sample) {
        for (int size = 0; size < sample.bytes().length; size++) {
            byte[] cut = Arrays.copyOf(sample.bytes(), size);
            SpsReader in =
                    new SpsReader(
                            new WindowedStream(cut, 3, new Random(size)), sample.bytes().length);
            assertThrows(
                    LineException.class,
                    () -> sample.codec().read(in),
                    "broken after " + size + " bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "80", "ff"})
    void aBooleanIsZeroOrOne(String fixture) {
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class, () -> Sps.BOOL.read(reader(Wire.of(fixture))));
        int value = Integer.parseInt(fixture, 16);
        assertEquals(
                "SPS data, offset 0x0: bool is " + value + ", neither 0 nor 1", e.getMessage());
    }

    @Test
    void aRangeEndsNotBelowItsStart() {
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> Sps.RANGE.read(reader(Wire.of("0020.. ff1f.."))));
        assertEquals(
                "SPS data, offset 0x0: a range that ends at 0x1fff, before its start 0x2000",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01.. 80", // a continuation byte alone
                "01.. c3", // the first half of a character
                "02.. c080", // an overlong NUL
                "03.. eda080", // a surrogate
                "04.. f4908080", // beyond U+10FFFF
                "01.. ff"
            })
    void aStringIsUtf8(String fixture) {
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> Sps.STRING.read(reader(Wire.of(fixture))));
        assertEquals("SPS data, offset 0x0: a string that is not UTF-8", e.getMessage());
    }

    @Test
    void aMapHasEachKeyOnce() {
        byte[] twice = Wire.of("02.. | 01.. 'k' 01 | 01.. 'k' 01");
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> SpsCodec.mapOf(Sps.BOOL).read(reader(twice)));
        assertEquals("SPS data, offset 0x0: the key 'k' occurs twice", e.getMessage());
    }

    @Test
    void aMapKeepsTheOrderOfTheWire() throws ProtocolException {
        byte[] bytes = Wire.of("03.. | 01.. 'c' 01 | 01.. 'a' 00 | 01.. 'b' 01");
        Map<String, Boolean> map = SpsCodec.mapOf(Sps.BOOL).read(reader(bytes));
        assertEquals(List.of("c", "a", "b"), new ArrayList<>(map.keySet()));
    }

    @Test
    void failuresInsideNameTheirPlace() {
        byte[] secondIsBad = Wire.of("02.. | 01.. 'a' | 05.. 'b'");
        MalformedSpsException e =
                assertThrows(
                        MalformedSpsException.class,
                        () -> SpsCodec.sequence(Sps.STRING).read(reader(secondIsBad)));
        assertEquals(0x11, e.offset());
        assertEquals("SPS data, offset 0x11: a sequence of 5 elements in 1 bytes", e.getMessage());
    }
}
