package dev.orcinus.protocol.sps;

import static dev.orcinus.protocol.Wire.address;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.protocol.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every SPS type: least, -1, 0, greatest, empty, nested. */
final class SpsSamples {
    private static final SpsCodec<List<Short>> SHORTS = SpsCodec.sequence(Sps.UINT16);

    private SpsSamples() {}

    static List<Sample<?>> all() {
        List<Sample<?>> all = new ArrayList<>(integers());
        all.addAll(addresses());
        all.addAll(texts());
        all.addAll(sequences());
        all.addAll(choices());
        all.addAll(maps());
        return all;
    }

    private static List<Sample<?>> integers() {
        return List.of(
                Sample.of("false", Sps.BOOL, false, "00"),
                Sample.of("true", Sps.BOOL, true, "01"),
                Sample.of("int8 least", Sps.UINT8, Byte.MIN_VALUE, "80"),
                Sample.of("int8 -1", Sps.UINT8, (byte) -1, "ff"),
                Sample.of("int8 0", Sps.UINT8, (byte) 0, "00"),
                Sample.of("int8 greatest", Sps.UINT8, Byte.MAX_VALUE, "7f"),
                Sample.of("int16 least", Sps.UINT16, Short.MIN_VALUE, "0080"),
                Sample.of("int16 -1", Sps.UINT16, (short) -1, "ffff"),
                Sample.of("int16 0", Sps.UINT16, (short) 0, "0000"),
                Sample.of("int16 greatest", Sps.UINT16, Short.MAX_VALUE, "ff7f"),
                Sample.of("int16 order", Sps.UINT16, (short) 0x1234, "3412"),
                Sample.of("int32 least", Sps.UINT32, Integer.MIN_VALUE, "00000080"),
                Sample.of("int32 -1", Sps.UINT32, -1, "ffffffff"),
                Sample.of("int32 0", Sps.UINT32, 0, "00000000"),
                Sample.of("int32 greatest", Sps.UINT32, Integer.MAX_VALUE, "ffffff7f"),
                Sample.of("int32 order", Sps.UINT32, 0x12345678, "78563412"),
                Sample.of("int64 least", Sps.UINT64, Long.MIN_VALUE, "0000000000000080"),
                Sample.of("int64 -1", Sps.UINT64, -1L, "ffffffffffffffff"),
                Sample.of("int64 0", Sps.UINT64, 0L, "0000000000000000"),
                Sample.of("int64 greatest", Sps.UINT64, Long.MAX_VALUE, "ffffffffffffff7f"),
                Sample.of("int64 order", Sps.UINT64, 0x0123456789abcdefL, "efcdab8967452301"));
    }

    private static List<Sample<?>> addresses() {
        return List.of(
                Sample.of("null address", Sps.ADDRESS, address(0), "00.."),
                Sample.of("last address", Sps.ADDRESS, address(-1), "ffffffffffffffff"),
                Sample.of("heap address", Sps.ADDRESS, address(0x7f8d633b6000L), "00603b638d7f.."),
                Sample.of("empty range at 0", Sps.RANGE, range(0, 0), "00.. 00.."),
                Sample.of("whole range", Sps.RANGE, range(0, -1), "00.. ffffffffffffffff"),
                Sample.of(
                        "range around 2^63",
                        Sps.RANGE,
                        range(Long.MAX_VALUE, Long.MIN_VALUE),
                        "ffffffffffffff7f 0000000000000080"));
    }

    private static AddressRange range(long start, long end) {
        return new AddressRange(address(start), address(end));
    }

    private static List<Sample<?>> texts() {
        return List.of(
                Sample.of("empty string", Sps.STRING, "", "00.."),
                Sample.of("string", Sps.STRING, "main", "04.. 'main'"),
                Sample.of("string with NUL", Sps.STRING, "a\0b", "03.. 610062"),
                Sample.of("two-byte character", Sps.STRING, "\u00e9", "02.. c3a9"),
                Sample.of("four-byte character", Sps.STRING, "\ud83d\ude00", "04.. f09f9880"),
                Sample.of("empty blob", Sps.BLOB, new byte[0], "00.."),
                Sample.of("blob", Sps.BLOB, new byte[] {0, -1, -128}, "03.. 00ff80"),
                Sample.of("blob of 300", Sps.BLOB, new byte[300], "2c01.." + "00".repeat(300)));
    }

    private static List<Sample<?>> sequences() {
        return List.of(
                Sample.of("empty sequence", SHORTS, List.of(), "00.."),
                Sample.of("sequence", SHORTS, List.of((short) -1, (short) 1), "02.. ffff 0100"),
                Sample.of(
                        "sequence of sequences",
                        SpsCodec.sequence(SHORTS),
                        List.of(List.of(), List.of((short) 7), List.of()),
                        "03.. | 00.. | 01.. 0700 | 00.."),
                Sample.of(
                        "sequence of strings",
                        SpsCodec.sequence(Sps.STRING),
                        List.of("a", "", "bc"),
                        "03.. | 01.. 'a' | 00.. | 02.. 'bc'"),
                Sample.of(
                        "sequence of booleans",
                        SpsCodec.sequence(Sps.BOOL),
                        List.of(true, false, true),
                        "03.. 010001"));
    }

    private static List<Sample<?>> choices() {
        return List.of(
                Sample.of("success", Sps.ERROR, Optional.empty(), "00"),
                Sample.of("failure", Sps.ERROR, Optional.of("no"), "01 | 02.. 'no'"),
                Sample.of("failure without text", Sps.ERROR, Optional.of(""), "01 | 00.."),
                Sample.of("absent", SpsCodec.optional(Sps.UINT32), Optional.empty(), "00"),
                Sample.of("present", SpsCodec.optional(Sps.UINT32), Optional.of(5), "01 05000000"),
                Sample.of(
                        "present absent",
                        SpsCodec.optional(SpsCodec.optional(Sps.UINT8)),
                        Optional.of(Optional.empty()),
                        "01 00"),
                Sample.of(
                        "expected value",
                        SpsCodec.expected(Sps.UINT8),
                        new Expected.Value<>((byte) 9),
                        "01 09"),
                Sample.of(
                        "expected failure",
                        SpsCodec.expected(Sps.UINT8),
                        new Expected.Failure<>("gone"),
                        "00 | 04.. 'gone'"),
                Sample.of(
                        "expected sequence of optionals",
                        SpsCodec.expected(SpsCodec.sequence(SpsCodec.optional(Sps.UINT8))),
                        new Expected.Value<>(List.of(Optional.of((byte) 1), Optional.empty())),
                        "01 | 02.. | 01 01 | 00"));
    }

    private static List<Sample<?>> maps() {
        Map<String, Integer> unsorted = new LinkedHashMap<>();
        unsorted.put("b", 2);
        unsorted.put("a", 1);
        return List.of(
                Sample.of("empty map", SpsCodec.mapOf(Sps.UINT32), Map.of(), "00.."),
                Sample.of(
                        "map in order of insertion",
                        SpsCodec.mapOf(Sps.UINT32),
                        unsorted,
                        "02.. | 01.. 'b' 02000000 | 01.. 'a' 01000000"),
                Sample.of(
                        "empty key", SpsCodec.mapOf(Sps.BOOL), Map.of("", true), "01.. | 00.. 01"));
    }
}
