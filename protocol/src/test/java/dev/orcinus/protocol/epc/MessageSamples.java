package dev.orcinus.protocol.epc;

import static dev.orcinus.protocol.Wire.address;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.protocol.Sample;
import dev.orcinus.protocol.Wire;
import java.util.ArrayList;
import java.util.List;

/** Every message record of the package, {@link Setup} apart. */
final class MessageSamples {
    private static final long TEXT = 0x7f8d_633b_5000L;
    private static final WrapperFunctionCall CALL =
            new WrapperFunctionCall(address(0x1234), Wire.of("0102"));

    private MessageSamples() {}

    static List<Sample<?>> all() {
        List<Sample<?>> all = new ArrayList<>(calls());
        all.addAll(segments());
        all.addAll(requests());
        all.addAll(symbols());
        all.add(threadLocals());
        all.add(profile());
        return all;
    }

    private static Sample<?> threadLocals() {
        return Sample.of(
                "a block of thread-local storage",
                ThreadLocalStorage.BLOCK,
                new GuestThreadLocals.Block(
                        address(0x1234),
                        3,
                        -16,
                        List.of(new GuestThreadLocals.Descriptor(address(0x1111), 5)),
                        List.of(
                                new GuestThreadLocals.Imported(
                                        2, 8, 0, GuestThreadLocals.Descriptor.NONE))),
                "3412.. 03.. f0ffffffffffffff | 01.. 1111.. 05.. | 01.. 02.. 08.. 00.. 00.. 00..");
    }

    private static Sample<?> profile() {
        return Sample.of(
                "code for perf",
                PerfRecordBatch.CODEC,
                new PerfRecordBatch(
                        List.of(new PerfRecordBatch.Function("f", address(0x1234), 7)),
                        List.of(
                                new PerfRecordBatch.Lines(
                                        address(0x1234),
                                        List.of(
                                                new PerfRecordBatch.Line(
                                                        address(0x1234), 5, 1, "a.c"))))),
                "01.. | 00000000 00000000 00000000 00000000 3412.. 3412.. 07.. 00.. 01.. 66"
                        + " | 01.. | 02000000 00000000 3412.. 01.. 3412.. 05000000 01000000 03.. 612e63"
                        + " | 00.. 00.. 00.. 00.. 00.. 00.. 00..");
    }

    private static List<Sample<?>> calls() {
        return List.of(
                Sample.of(
                        "no call",
                        WrapperFunctionCall.CODEC,
                        WrapperFunctionCall.NONE,
                        "00.. | 00.."),
                Sample.of("call", WrapperFunctionCall.CODEC, CALL, "3412.. | 02.. 0102"),
                Sample.of(
                        "action without dealloc",
                        AllocActionCallPair.CODEC,
                        new AllocActionCallPair(CALL, WrapperFunctionCall.NONE),
                        "3412.. | 02.. 0102 | 00.. | 00.."),
                Sample.of(
                        "two actions",
                        AllocActionCallPair.LIST_CODEC,
                        List.of(
                                new AllocActionCallPair(CALL, CALL),
                                new AllocActionCallPair(
                                        WrapperFunctionCall.NONE, WrapperFunctionCall.NONE)),
                        "02.. | 3412.. 02.. 0102 | 3412.. 02.. 0102 | 00.. 00.. 00.. 00.."));
    }

    private static List<Sample<?>> segments() {
        List<Sample<?>> samples = new ArrayList<>();
        for (byte wire : new byte[] {0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13}) {
            samples.add(
                    Sample.of(
                            "segment of group " + wire,
                            SegmentHeader.CODEC,
                            new SegmentHeader(AllocGroup.ofWire(wire), address(TEXT), 0x1000),
                            "0" + Integer.toHexString(wire) + " | 00503b638d7f.. | 0010.."));
        }
        samples.add(
                Sample.of(
                        "segment of 2^64 - 1 bytes",
                        SegmentHeader.CODEC,
                        new SegmentHeader(AllocGroup.ofWire((byte) 1), address(0), -1),
                        "01 | 00.. | ffffffffffffffff"));
        return samples;
    }

    private static List<Sample<?>> requests() {
        SegmentHeader text = new SegmentHeader(AllocGroup.ofWire((byte) 5), address(TEXT), 0x1000);
        AllocActionCallPair pair = new AllocActionCallPair(CALL, WrapperFunctionCall.NONE);
        return List.of(
                Sample.of(
                        "empty request",
                        FinalizeRequest.CODEC,
                        new FinalizeRequest(List.of(), List.of()),
                        "00.. | 00.."),
                Sample.of(
                        "request",
                        FinalizeRequest.CODEC,
                        new FinalizeRequest(
                                List.of(
                                        new FinalizeRequest.Segment(text, Wire.of("c3")),
                                        new FinalizeRequest.Segment(text, new byte[0])),
                                List.of(pair)),
                        "02.. | 05 00503b638d7f.. 0010.. 01.. c3 | 05 00503b638d7f.. 0010.. 00.."
                                + "| 01.. | 3412.. 02.. 0102 | 00.. 00.."),
                Sample.of(
                        "empty shared-memory request",
                        SharedMemoryFinalizeRequest.CODEC,
                        new SharedMemoryFinalizeRequest(List.of(), List.of()),
                        "00.. | 00.."),
                Sample.of(
                        "shared-memory request",
                        SharedMemoryFinalizeRequest.CODEC,
                        new SharedMemoryFinalizeRequest(List.of(text, text), List.of(pair)),
                        "02.. | 05 00503b638d7f.. 0010.. | 05 00503b638d7f.. 0010.."
                                + "| 01.. | 3412.. 02.. 0102 | 00.. 00.."));
    }

    private static List<Sample<?>> symbols() {
        return List.of(
                Sample.of(
                        "required symbol",
                        LookupElement.CODEC,
                        new LookupElement("f", true),
                        "01.. 'f' 01"),
                Sample.of(
                        "lookup of two",
                        LookupElement.SET_CODEC,
                        List.of(new LookupElement("", false), new LookupElement("g", true)),
                        "02.. | 00.. 00 | 01.. 'g' 01"),
                Sample.of(
                        "symbol",
                        SymbolDef.CODEC,
                        new SymbolDef(address(-1), (byte) 0x30, (byte) 0x80),
                        "ffffffffffffffff 30 80"),
                Sample.of(
                        "exported symbol",
                        SymbolDef.CODEC,
                        SymbolDef.exported(address(0)),
                        "00.. 10 00"),
                Sample.of(
                        "shared reservation without a name",
                        SharedReservation.CODEC,
                        new SharedReservation(address(0x1000), ""),
                        "0010.. | 00.."));
    }
}
