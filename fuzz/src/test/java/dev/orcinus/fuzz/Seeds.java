package dev.orcinus.fuzz;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The corpus: messages and frames as captured from sessions of LLVM 19, 22 and 23, and some
 * malformed ones. {@link CorpusTest} keeps the files of the module's resources equal to these.
 */
final class Seeds {
    private static final ExecutorAddress TEXT = new ExecutorAddress(0x7f8d_633b_5000L);
    private static final ExecutorAddress WRAPPER = new ExecutorAddress(0x55af_e25c_c110L);
    private static final int WINDOW = 6;

    private Seeds() {}

    /** Returns the inputs of {@link MessageFuzzTest} by their names. */
    static Map<String, byte[]> messages() {
        Map<String, byte[]> seeds = new TreeMap<>();
        results(seeds);
        arguments(seeds);
        memoryAccess(seeds);
        add(seeds, "finalize", Codecs.FINALIZE, Seeds::request);
        add(seeds, "setup", Codecs.SETUP, Seeds::setup);
        wrong(seeds);
        return seeds;
    }

    private static void results(Map<String, byte[]> seeds) {
        add(seeds, "error-success", Codecs.ERROR, out -> out.writeBoolean(false));
        add(
                seeds,
                "error-failure",
                Codecs.ERROR,
                out -> out.writeBoolean(true).writeString("Required address for empty symbol"));
        Consumer<SpsWriter> symbol =
                out -> out.writeAddress(TEXT).writeByte((byte) 0x10).writeByte((byte) 0);
        add(seeds, "found-19", Codecs.FOUND_19, found(symbol));
        add(seeds, "found-22", Codecs.FOUND_22, found(out -> symbol.accept(present(out))));
        add(seeds, "found-23", Codecs.FOUND_23, found(out -> present(out).writeAddress(TEXT)));
        add(seeds, "missing-22", Codecs.FOUND_22, found(out -> out.writeBoolean(false)));
        add(
                seeds,
                "missing-19",
                Codecs.FOUND_19,
                out -> out.writeBoolean(false).writeString("Missing definition for nosuch_sym"));
        add(
                seeds,
                "shared-reservation",
                Codecs.SHARED_RESERVATION,
                out -> present(out).writeAddress(TEXT).writeString("/jitlink_4439_1"));
    }

    private static SpsWriter present(SpsWriter out) {
        return out.writeBoolean(true);
    }

    private static Consumer<SpsWriter> found(Consumer<SpsWriter> element) {
        return out -> element.accept(out.writeBoolean(true).writeLong(1));
    }

    private static void arguments(Map<String, byte[]> seeds) {
        add(
                seeds,
                "lookup",
                Codecs.LOOKUP,
                out -> out.writeLong(1).writeString("printf").writeBoolean(false));
        add(
                seeds,
                "run-as-main",
                Codecs.MAIN,
                out -> out.writeAddress(TEXT).writeLong(2).writeString("a").writeString("\u00e9"));
        add(
                seeds,
                "shared-finalize",
                Codecs.SHARED_FINALIZE,
                out -> {
                    SegmentHeader.CODEC.write(out.writeLong(1), segment(3, 0x58));
                    out.writeLong(0);
                });
        add(
                seeds,
                "segment-finalize-lifetime",
                Codecs.SEGMENT,
                out -> SegmentHeader.CODEC.write(out, segment(0xd, 0x1000)));
        add(
                seeds,
                "actions",
                Codecs.ACTIONS,
                out -> AllocActionCallPair.LIST_CODEC.write(out, List.of(pair(), pair())));
        add(
                seeds,
                "calls",
                Codecs.CALLS,
                out -> WrapperFunctionCall.CODEC.write(out.writeLong(1), pair().finalizeCall()));
        add(
                seeds,
                "bootstrap-values",
                Codecs.VALUES,
                out -> out.writeLong(1).writeString("key").writeBlob(new byte[] {1}));
    }

    private static void memoryAccess(Map<String, byte[]> seeds) {
        add(seeds, "addresses", Codecs.ADDRESSES, out -> out.writeLong(1).writeAddress(TEXT));
        add(
                seeds,
                "ranges",
                Codecs.RANGES,
                out -> out.writeLong(1).writeAddress(TEXT).writeAddress(TEXT.plus(4)));
        add(seeds, "write-8", Codecs.WRITE_8, out -> write(out).writeByte((byte) 0x11));
        add(seeds, "write-16", Codecs.WRITE_16, out -> write(out).writeShort((short) 0x4433));
        add(seeds, "write-32", Codecs.WRITE_32, out -> write(out).writeInt(41));
        add(seeds, "write-64", Codecs.WRITE_64, out -> write(out).writeLong(-1));
        add(seeds, "write-none", Codecs.WRITE_8, out -> out.writeLong(0));
        add(
                seeds,
                "write-buffers",
                Codecs.WRITE_BUFFERS,
                out -> write(out).writeBlob(new byte[] {1, 2, 3, 4}));
        add(seeds, "strings", Codecs.STRINGS, out -> out.writeLong(1).writeString("hello"));
        add(
                seeds,
                "blobs",
                Codecs.BLOBS,
                out -> out.writeLong(2).writeBlob(new byte[20]).writeBlob(new byte[0]));
        add(
                seeds,
                "booleans",
                Codecs.BOOLEANS,
                out -> out.writeLong(2).writeBoolean(true).writeBoolean(false));
    }

    private static SpsWriter write(SpsWriter out) {
        return out.writeLong(1).writeAddress(TEXT);
    }

    private static void wrong(Map<String, byte[]> seeds) {
        byte[] finalize = seeds.get("finalize");
        seeds.put("wrong-cut", Arrays.copyOf(finalize, finalize.length / 2));
        add(seeds, "wrong-count", Codecs.STRINGS, out -> out.writeLong(-1).writeLong(0));
        add(seeds, "wrong-size", Codecs.BLOBS, out -> out.writeLong(1).writeLong(1L << 40));
        add(seeds, "wrong-bool", Codecs.BOOLEANS, out -> out.writeLong(1).writeByte((byte) 2));
        add(
                seeds,
                "wrong-text",
                Codecs.STRINGS,
                out -> out.writeLong(1).writeBlob(new byte[] {(byte) 0xc3, 0x28}));
        add(
                seeds,
                "wrong-key-twice",
                Codecs.VALUES,
                out -> out.writeLong(2).writeLong(0).writeLong(0).writeLong(0).writeLong(0));
        add(
                seeds,
                "wrong-group",
                Codecs.SEGMENT,
                out -> out.writeByte((byte) 7).writeAddress(TEXT).writeLong(1));
        add(
                seeds,
                "wrong-range",
                Codecs.RANGES,
                out -> out.writeLong(1).writeAddress(TEXT).writeLong(0));
        add(seeds, "wrong-triple", Codecs.SETUP, out -> out.writeBytes(new byte[32]));
    }

    private static SegmentHeader segment(int group, long sizeBytes) {
        return new SegmentHeader(AllocGroup.ofWire((byte) group), TEXT, sizeBytes);
    }

    private static AllocActionCallPair pair() {
        byte[] range = new SpsWriter().writeAddress(TEXT).writeAddress(TEXT.plus(52)).toBytes();
        WrapperFunctionCall call = new WrapperFunctionCall(WRAPPER, range);
        return new AllocActionCallPair(call, WrapperFunctionCall.NONE);
    }

    private static void request(SpsWriter out) {
        FinalizeRequest.Segment readable =
                new FinalizeRequest.Segment(segment(1, 0x1000), new byte[] {1, 2, 3});
        FinalizeRequest.Segment executable =
                new FinalizeRequest.Segment(segment(5, 0x1000), new byte[] {(byte) 0xc3});
        FinalizeRequest.CODEC.write(
                out, new FinalizeRequest(List.of(readable, executable), List.of(pair())));
    }

    private static void setup(SpsWriter out) {
        Setup.CODEC.write(
                out,
                new Setup(
                        new Triple("x86_64-pc-linux-gnu"),
                        4096,
                        Map.of("darwin-use-ehframes-only", new byte[] {1}),
                        Map.of("__llvm_orc_SimpleRemoteEPC_dispatch_fn", WRAPPER)));
    }

    private static void add(
            Map<String, byte[]> seeds, String name, Codecs codec, Consumer<SpsWriter> message) {
        SpsWriter out = new SpsWriter().writeByte((byte) codec.number()).writeByte((byte) WINDOW);
        message.accept(out);
        seeds.put(name, out.toBytes());
    }

    /** Returns the inputs of {@link FrameFuzzTest} by their names. */
    static Map<String, byte[]> frames() {
        Map<String, byte[]> seeds = new TreeMap<>();
        byte[] setup = frame(Opcode.SETUP, 0, Seeds::setup);
        byte[] request = frame(Opcode.CALL_WRAPPER, Codecs.FINALIZE.number(), Seeds::request);
        byte[] result = frame(Opcode.RESULT, 0, out -> out.writeBoolean(true).writeAddress(TEXT));
        byte[] hangup = frame(Opcode.HANGUP, 0, out -> out.writeBoolean(false));
        seeds.put("setup", line(setup));
        seeds.put("call", line(request));
        seeds.put("result", line(result));
        seeds.put("hangup", line(hangup));
        seeds.put("empty-result", line(frame(Opcode.RESULT, 0, out -> {})));
        seeds.put("session", line(setup, request, result, hangup));
        seeds.put("bad-payload-then-good", line(frame(Opcode.SETUP, 0, out -> {}), result));
        seeds.put("cut-header", Arrays.copyOf(line(result), 20));
        seeds.put("cut-payload", Arrays.copyOf(line(request), 60));
        seeds.put("wrong-opcode-4", line(header(32, 4)));
        seeds.put("wrong-opcode-0x103", line(header(32, 0x103)));
        for (long size : new long[] {0, 31, 1L << 32, 1L << 46, Long.MAX_VALUE, 1L << 63}) {
            seeds.put("wrong-size-0x" + Long.toHexString(size), line(header(size, 2)));
            seeds.put("wrong-size-setup-0x" + Long.toHexString(size), line(header(size, 0)));
        }
        byte[] lie = new SpsWriter().writeLong(Integer.MAX_VALUE - 8L).toBytes();
        for (Codecs codec : List.of(Codecs.SETUP, Codecs.BOOLEANS, Codecs.STRINGS)) {
            byte[] call = header(1L << 46, 3, codec.number());
            seeds.put("wrong-size-and-count-" + codec, line(call, lie));
        }
        return seeds;
    }

    private static byte[] header(long size, long opcode) {
        return header(size, opcode, 0);
    }

    private static byte[] header(long size, long opcode, long tag) {
        SpsWriter out = new SpsWriter().writeLong(size).writeLong(opcode);
        return out.writeLong(0).writeLong(tag).toBytes();
    }

    private static byte[] frame(Opcode opcode, long tag, Consumer<SpsWriter> payload) {
        SpsWriter out = new SpsWriter();
        payload.accept(out);
        byte[] bytes = out.toBytes();
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        new FrameHeader(bytes.length, opcode, 2, new ExecutorAddress(tag))
                .write(MemorySegment.ofArray(header), 0);
        return new SpsWriter().writeBytes(header).writeBytes(bytes).toBytes();
    }

    private static byte[] line(byte[]... frames) {
        SpsWriter out = new SpsWriter().writeByte((byte) WINDOW);
        for (byte[] frame : frames) {
            out.writeBytes(frame);
        }
        return out.toBytes();
    }
}
