package dev.orcinus.loader.arch.aarch64;

import static dev.orcinus.loader.arch.aarch64.AArch64EdgeKind.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of edge at both of its limits (AAELF64, 5.7), and one beyond each limit. */
final class FixupLimitsTest {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long AT = 0x7f12_3456_7000L;
    private static final long THREAD_POINTER_OFFSET = 0x10;
    private static final long GOT = AT + 0x12_3450;

    /** All addresses, and all distances, fit. */
    private static final long ANY = Long.MIN_VALUE;

    /**
     * A kind and the values that fit.
     *
     * @param step values must be multiples of this
     * @param decode reads the stored bits of the value from the bytes
     * @param bits the bits of the value that the bytes store
     */
    record Limits(
            AArch64EdgeKind kind,
            int instruction,
            long low,
            long high,
            long step,
            long bits,
            ToLongFunction<Integer> decode) {
        @Override
        public String toString() {
            return kind.name();
        }
    }

    private static long field(int instruction, int position, int width) {
        return (Integer.toUnsignedLong(instruction) >>> position) & ((1L << width) - 1);
    }

    private static long signedField(int instruction, int position, int width) {
        return ((long) instruction << (64 - position - width)) >> (64 - width);
    }

    private static long adr(int instruction) {
        return signedField(instruction, 5, 19) * 4 + field(instruction, 29, 2);
    }

    /** Returns the value that a {@code movz} or {@code movn} puts into an empty register. */
    private static long moved(int instruction) {
        long value = field(instruction, 5, 16) << (field(instruction, 21, 2) * 16);
        return ((instruction >>> 29) & 3) == 0 ? ~value : value;
    }

    static Stream<Limits> limits() {
        List<Limits> all = new ArrayList<>();
        add(all, POINTER32, 0, -1L << 31, (1L << 32) - 1, 1, 0xffff_ffffL, i -> i);
        add(all, POINTER16, 0, -1L << 15, (1L << 16) - 1, 1, 0xffff, i -> i);
        add(all, DELTA32, 0, -1L << 31, (1L << 31) - 1, 1, -1, i -> i);
        add(all, DELTA16, 0, -1L << 15, (1L << 15) - 1, 1, -1, i -> (short) (int) i);
        add(all, NEG_DELTA32, 0, -1L << 31, (1L << 31) - 1, 1, -1, i -> i);
        add(all, DELTA32_FROM_GOT, 0, -1L << 31, (1L << 31) - 1, 1, -1, i -> i);
        addMoves(all);
        addDistances(all);
        addPageOffsets(all);
        addThreadPointerOffsets(all);
        return all.stream();
    }

    private static void addMoves(List<Limits> all) {
        int[] movz = {0xd280_0003, 0xd2a0_0003, 0xd2c0_0003, 0xd2e0_0003};
        long[] bits = {0xffffL, 0xffff_0000L, 0xffff_0000_0000L, 0xffff_0000_0000_0000L};
        AArch64EdgeKind[] unsigned = {MOVE_G0, MOVE_G1, MOVE_G2};
        AArch64EdgeKind[] unchecked = {
            MOVE_G0_UNCHECKED, MOVE_G1_UNCHECKED, MOVE_G2_UNCHECKED, MOVE_G3
        };
        AArch64EdgeKind[] deltas = {
            MOVE_DELTA_G0_UNCHECKED, MOVE_DELTA_G1_UNCHECKED, MOVE_DELTA_G2_UNCHECKED, MOVE_DELTA_G3
        };
        AArch64EdgeKind[][] signed = {
            {MOVE_SIGNED_G0, MOVE_SIGNED_G1, MOVE_SIGNED_G2},
            {MOVE_DELTA_G0, MOVE_DELTA_G1, MOVE_DELTA_G2},
            {TLS_MOVE_G0, TLS_MOVE_G1, TLS_MOVE_G2}
        };
        for (int i = 0; i < 4; i++) {
            add(all, unchecked[i], movz[i], ANY, ANY, 1, bits[i], FixupLimitsTest::moved);
            add(all, deltas[i], movz[i], ANY, ANY, 1, bits[i], FixupLimitsTest::moved);
            if (i < 3) {
                long limit = 1L << (16 * (i + 1));
                add(all, unsigned[i], movz[i], 0, limit - 1, 1, bits[i], FixupLimitsTest::moved);
                for (AArch64EdgeKind[] kinds : signed) {
                    // The lower bits of the register are zeros with movz and ones with movn.
                    long kept = -1L << (16 * i);
                    add(all, kinds[i], movz[i], -limit, limit - 1, 1, kept, FixupLimitsTest::moved);
                }
            }
        }
        add(all, TLS_MOVE_G1_UNCHECKED, movz[1], ANY, ANY, 1, bits[1], FixupLimitsTest::moved);
        add(all, TLS_MOVE_G0_UNCHECKED, movz[0], ANY, ANY, 1, bits[0], FixupLimitsTest::moved);
    }

    private static void addDistances(List<Limits> all) {
        long mib = 1L << 20;
        add(all, LITERAL19, 0x5800_0003, -mib, mib - 4, 4, -1, i -> signedField(i, 5, 19) * 4);
        add(all, ADR21, 0x1000_0003, -mib, mib - 1, 1, -1, FixupLimitsTest::adr);
        add(all, PAGE21, 0x9000_0003, -1L << 32, (1L << 32) - 4096, 4096, -1, i -> adr(i) * 4096);
        add(all, PAGE21_UNCHECKED, 0x9000_0003, ANY, ANY, 4096, 0x1_ffff_f000L, i -> adr(i) * 4096);
        add(
                all,
                TEST_BRANCH14,
                0x3618_0003,
                -1L << 15,
                (1L << 15) - 4,
                4,
                -1,
                i -> signedField(i, 5, 14) * 4);
        add(
                all,
                CONDITIONAL_BRANCH19,
                0x5400_0003,
                -mib,
                mib - 4,
                4,
                -1,
                i -> signedField(i, 5, 19) * 4);
        add(
                all,
                BRANCH26,
                0x9400_0000,
                -128 * mib,
                128 * mib - 4,
                4,
                -1,
                i -> signedField(i, 0, 26) * 4);
        add(all, FROM_GOT_PAGE15, 0xf940_0063, 0, 0x7ff8, 8, -1, i -> field(i, 10, 12) * 8);
    }

    private static final int[] LOADS = {
        0x3940_0063, 0x7940_0063, 0xb940_0063, 0xf940_0063, 0x3dc0_0063
    };

    private static void addPageOffsets(List<Limits> all) {
        AArch64EdgeKind[] kinds = {
            ACCESS8_LO12, ACCESS16_LO12, ACCESS32_LO12, ACCESS64_LO12, ACCESS128_LO12
        };
        add(all, ADD_LO12, 0x9100_0063, ANY, ANY, 1, 0xfff, i -> field(i, 10, 12));
        add(all, LOAD_TO_ADD_LO12, 0xf940_0063, ANY, ANY, 1, 0xfff, i -> field(i, 10, 12));
        for (int i = 0; i < kinds.length; i++) {
            long step = 1L << i;
            add(all, kinds[i], LOADS[i], ANY, ANY, step, 0xfff, w -> field(w, 10, 12) * step);
        }
    }

    private static void addThreadPointerOffsets(List<Limits> all) {
        AArch64EdgeKind[] checked = {
            TLS_ACCESS8_LO12,
            TLS_ACCESS16_LO12,
            TLS_ACCESS32_LO12,
            TLS_ACCESS64_LO12,
            TLS_ACCESS128_LO12
        };
        AArch64EdgeKind[] unchecked = {
            TLS_ACCESS8_LO12_UNCHECKED,
            TLS_ACCESS16_LO12_UNCHECKED,
            TLS_ACCESS32_LO12_UNCHECKED,
            TLS_ACCESS64_LO12_UNCHECKED,
            TLS_ACCESS128_LO12_UNCHECKED
        };
        int add = 0x9100_0063;
        add(
                all,
                TLS_ADD_HI12,
                0x9140_0063,
                0,
                0xff_ffff,
                1,
                0xff_f000,
                i -> field(i, 10, 12) << 12);
        add(all, TLS_ADD_LO12, add, 0, 0xfff, 1, -1, i -> field(i, 10, 12));
        add(all, TLS_ADD_LO12_UNCHECKED, add, ANY, ANY, 1, 0xfff, i -> field(i, 10, 12));
        for (int i = 0; i < checked.length; i++) {
            long step = 1L << i;
            ToLongFunction<Integer> decode = w -> field(w, 10, 12) * step;
            add(all, checked[i], LOADS[i], 0, 0x1000 - step, step, -1, decode);
            add(all, unchecked[i], LOADS[i], ANY, ANY, step, 0xfff, decode);
        }
    }

    private static void add(
            List<Limits> all,
            AArch64EdgeKind kind,
            int instruction,
            long low,
            long high,
            long step,
            long bits,
            ToLongFunction<Integer> decode) {
        all.add(new Limits(kind, instruction, low, high, step, bits, decode));
    }

    private static final Set<AArch64EdgeKind> ELSEWHERE =
            EnumSet.of(
                    POINTER64,
                    DELTA64,
                    NEG_DELTA64,
                    DELTA64_FROM_GOT,
                    TEST_BRANCH14_OR_STUB,
                    CONDITIONAL_BRANCH19_OR_STUB,
                    BRANCH26_OR_STUB,
                    TLS_MODULE64,
                    TLS_OFFSET64,
                    TLS_THREAD_POINTER_OFFSET64,
                    TLS_DESCRIPTOR);

    @Test
    void noKindIsLeftOut() {
        Set<AArch64EdgeKind> tested = EnumSet.copyOf(ELSEWHERE);
        limits().forEach(limits -> tested.add(limits.kind));
        List<AArch64EdgeKind> missing =
                Arrays.stream(values())
                        .filter(kind -> !kind.isRequest() && !tested.contains(kind))
                        .toList();
        assertEquals(List.of(), missing);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void valuesAtTheLimitsAreWritten(Limits limits) {
        for (long value : inside(limits)) {
            int word = write(limits, value);
            String what = limits + " of 0x" + Long.toHexString(value) + " is " + hex(word);
            assertEquals(value & limits.bits, limits.decode.applyAsLong(word) & limits.bits, what);
        }
    }

    private static List<Long> inside(Limits limits) {
        return limits.low == ANY
                ? List.of(
                        0L,
                        limits.step,
                        0x7fff_ffff_ffff_0000L,
                        -limits.step,
                        0x1234_5678_9abc_def0L & -limits.step,
                        0xfedc_ba98_7654_3210L & -limits.step)
                : List.of(limits.low, 0L, limits.step, limits.high & -limits.step);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void valuesPastTheLimitsAreErrors(Limits limits) {
        if (limits.low == ANY) {
            return;
        }
        for (long value : new long[] {limits.low - limits.step, limits.high + limits.step}) {
            RelocationRangeException e =
                    assertThrows(RelocationRangeException.class, () -> write(limits, value));
            assertEquals(value, e.value());
            assertTrue(e.getMessage().contains("test.o: .text+0x8: " + limits.kind), e::getMessage);
            assertTrue(
                    e.getMessage().contains("the limits are " + text(limits.low)), e::getMessage);
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void valuesBetweenInstructionsAndUnitsAreErrors(Limits limits) {
        if (limits.step == 1 || limits.step == 4096) {
            return;
        }
        RelocationRangeException e =
                assertThrows(RelocationRangeException.class, () -> write(limits, limits.step / 2));
        String rule = "it has to be a multiple of " + limits.step;
        assertTrue(e.getMessage().contains(rule), e::getMessage);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void theOtherBitsOfAnInstructionStay(Limits limits) {
        if (limits.instruction != 0 && limits.kind != LOAD_TO_ADD_LO12) {
            int first = write(limits, 0);
            assertEquals(hex(limits.instruction), hex(first), "0 changes nothing");
            assertEquals(hex(limits.instruction & 0x1f), hex(first & 0x1f));
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void otherInstructionsDoNotFit(Limits limits) {
        byte[] nop = {0x1f, 0x20, 0x03, (byte) 0xd5};
        byte[] right = new byte[4];
        MemorySegment.ofArray(right).set(U32, 0, limits.instruction);
        assertTrue(limits.kind == LOAD_TO_ADD_LO12 || fits(limits, right));
        assertEquals(limits.instruction == 0, fits(limits, nop));
    }

    private static boolean fits(Limits limits, byte[] bytes) {
        return limits.kind.fits(MemorySegment.ofArray(bytes), 0);
    }

    @Test
    void aLoadOfAnotherSizeDoesNotFit() {
        byte[] load = new byte[4];
        for (int i = 0; i < LOADS.length; i++) {
            MemorySegment.ofArray(load).set(U32, 0, LOADS[i]);
            AArch64EdgeKind[] kinds = {
                ACCESS8_LO12, ACCESS16_LO12, ACCESS32_LO12, ACCESS64_LO12, ACCESS128_LO12
            };
            for (int j = 0; j < kinds.length; j++) {
                boolean fits = kinds[j].fits(MemorySegment.ofArray(load), 0);
                assertEquals(i == j, fits, kinds[j] + " and " + hex(LOADS[i]));
            }
        }
        MemorySegment.ofArray(load).set(U32, 0, 0xd2a0_0003);
        assertFalse(MOVE_G0.fits(MemorySegment.ofArray(load), 0), "lsl #16");
    }

    @Test
    void wordsTakeAnything() {
        for (long value : new long[] {Long.MIN_VALUE, -1, 0, 0x1234_5678_9abc_def0L}) {
            for (AArch64EdgeKind kind :
                    List.of(
                            POINTER64,
                            DELTA64,
                            NEG_DELTA64,
                            DELTA64_FROM_GOT,
                            TLS_OFFSET64,
                            TLS_THREAD_POINTER_OFFSET64)) {
                Limits limits = new Limits(kind, 0, ANY, ANY, 1, -1, i -> i);
                assertEquals(value, bytes(limits, value).get(U64, 8), kind::name);
            }
        }
    }

    private static int write(Limits limits, long value) {
        return bytes(limits, value).get(U32, 8);
    }

    /** Writes an edge, at offset 8, whose value is {@code value}. */
    private static MemorySegment bytes(Limits limits, long value) {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "aarch64");
        MemorySegment content = MemorySegment.ofArray(new byte[24]);
        content.set(U32, 8, limits.instruction);
        Block block = graph.section(".text", Section.Use.CODE).addBlock(content, 8);
        block.setAddress(new ExecutorAddress(AT));
        graph.setGotBase(graph.absolute("got", new ExecutorAddress(GOT), 0));
        long addend = 0x30;
        Edge edge =
                block.addEdge(limits.kind, 8, target(graph, limits.kind, value, addend), addend);
        new AArch64Fixups(graph, block, content).apply(edge);
        return content;
    }

    private static Symbol target(LinkGraph graph, AArch64EdgeKind kind, long value, long addend) {
        long fixup = AT + 8;
        long address =
                switch (kind.value()) {
                    case ADDRESS, PAGE_OFFSET, TLS_OFFSET -> value - addend;
                    case DELTA, STUB_DELTA -> fixup + value - addend;
                    case NEGATIVE_DELTA -> fixup - value + addend;
                    case PAGE_DELTA -> (fixup & -4096) + value - addend;
                    case FROM_GOT -> GOT + value - addend;
                    case FROM_GOT_PAGE -> (GOT & -4096) + value - addend;
                    case THREAD_POINTER_OFFSET, THREAD_POINTER_PAGE_OFFSET ->
                            value - addend - THREAD_POINTER_OFFSET;
                    case TLS_MODULE, TLS_DESCRIPTOR -> 0;
                };
        Symbol target = graph.external("target", Linkage.STRONG, false);
        target.resolve(new TlsBlock(3, THREAD_POINTER_OFFSET, Map.of()), address);
        return target;
    }

    private static String text(long limit) {
        return (limit < 0 ? "-0x" : "0x") + Long.toHexString(Math.abs(limit));
    }

    private static String hex(int word) {
        return String.format("%08x", word);
    }
}
