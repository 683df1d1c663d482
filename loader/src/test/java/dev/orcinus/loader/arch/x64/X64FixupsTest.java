package dev.orcinus.loader.arch.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Movement;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of edge at both of its limits, and one beyond each limit. */
final class X64FixupsTest {
    private static final int OFFSET = 8;
    private static final long BLOCK = 0x7000_0000_0000L;
    private static final long FIXUP = BLOCK + OFFSET;
    private static final long GOT = BLOCK + 0x10_0000;
    private static final byte UNTOUCHED = 0x5a;

    /**
     * A kind and the values that it can write.
     *
     * @param kind the kind
     * @param low the lowest value
     * @param high the highest
     */
    record Limits(X64EdgeKind kind, long low, long high) {}

    static List<Limits> limits() {
        return List.of(
                new Limits(X64EdgeKind.POINTER32, 0, 0xffff_ffffL),
                new Limits(X64EdgeKind.POINTER32_SIGNED, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.POINTER16, Short.MIN_VALUE, 0xffff),
                new Limits(X64EdgeKind.POINTER8, Byte.MIN_VALUE, 0xff),
                new Limits(X64EdgeKind.DELTA32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.BRANCH32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.DELTA16, Short.MIN_VALUE, Short.MAX_VALUE),
                new Limits(X64EdgeKind.DELTA8, Byte.MIN_VALUE, Byte.MAX_VALUE),
                new Limits(X64EdgeKind.NEG_DELTA32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.SIZE32, 0, 0xffff_ffffL),
                new Limits(X64EdgeKind.DELTA32_FROM_GOT, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.LEA_DELTA32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.CALL_DELTA32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.JUMP_DELTA32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(X64EdgeKind.TLS_OFFSET32, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Limits(
                        X64EdgeKind.TLS_THREAD_POINTER_OFFSET32,
                        Integer.MIN_VALUE,
                        Integer.MAX_VALUE));
    }

    /** Kinds of 64 bits, which reach everything. */
    private static final Set<X64EdgeKind> UNLIMITED =
            EnumSet.of(
                    X64EdgeKind.POINTER64,
                    X64EdgeKind.DELTA64,
                    X64EdgeKind.NEG_DELTA64,
                    X64EdgeKind.SIZE64,
                    X64EdgeKind.DELTA64_FROM_GOT,
                    X64EdgeKind.TLS_MODULE64,
                    X64EdgeKind.TLS_OFFSET64,
                    X64EdgeKind.TLS_THREAD_POINTER_OFFSET64,
                    X64EdgeKind.TLS_DESCRIPTOR);

    /** Each kind has its limits in this test, or has none. */
    @Test
    void everyKindIsHere() {
        Set<X64EdgeKind> rest = EnumSet.allOf(X64EdgeKind.class);
        limits().forEach(limits -> rest.remove(limits.kind));
        rest.removeAll(UNLIMITED);
        rest.removeIf(kind -> kind.name().startsWith("REQUEST_"));
        assertEquals(Set.of(), rest);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void atTheLimits(Limits limits) {
        for (long value : new long[] {limits.low, limits.low + 1, 0, limits.high}) {
            Fixture fixture = new Fixture(limits.kind, value);
            fixture.apply();
            assertEquals(mask(value, limits.kind), fixture.written(), () -> limits + " " + value);
            fixture.assertRestUntouched();
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void onePastTheLimits(Limits limits) {
        for (long value : new long[] {limits.low - 1, limits.high + 1}) {
            Fixture fixture = new Fixture(limits.kind, value);
            RelocationRangeException e =
                    assertThrows(RelocationRangeException.class, fixture::apply, limits::toString);
            assertEquals(value, e.value());
            assertContains(e, "test.o: .text+0x8: " + limits.kind.name() + " to 'target'");
            assertContains(
                    e,
                    " is %s; the limits are %s and %s"
                            .formatted(hex(value), hex(limits.low), hex(limits.high)));
        }
    }

    private static void assertContains(RelocationRangeException e, String text) {
        assertTrue(e.getMessage().contains(text), () -> e.getMessage() + "\nlacks\n" + text);
    }

    private static String hex(long value) {
        return value < 0 ? "-0x" + Long.toHexString(-value) : "0x" + Long.toHexString(value);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "POINTER64",
                "DELTA64",
                "NEG_DELTA64",
                "SIZE64",
                "DELTA64_FROM_GOT",
                "TLS_OFFSET64"
            })
    void sixtyFourBitsReachEverything(X64EdgeKind kind) {
        for (long value : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            Fixture fixture = new Fixture(kind, value);
            fixture.apply();
            assertEquals(value, fixture.written(), kind::name);
            fixture.assertRestUntouched();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "REQUEST_.*")
    void aRequestThatNobodyGrantedIsABug(X64EdgeKind kind) {
        assertThrows(AssertionError.class, new Fixture(kind, 0)::apply);
    }

    /** A kind says how its word changes when the block and the target move; so it must be. */
    @ParameterizedTest
    @EnumSource
    void wordsChangeAsTheKindSays(X64EdgeKind kind) {
        Movement movement = kind.movement();
        if (kind.name().startsWith("REQUEST_")) {
            assertEquals(kind.granted().movement(), movement);
            return;
        }
        if (movement == Movement.UNKNOWN) {
            return;
        }
        long plain = written(kind, 0, 0);
        long together = written(kind, 0x30, 0x30);
        long apart = written(kind, 0x10, 0x30);
        long distance = mask(0x20, kind);
        switch (movement) {
            case NONE -> assertEquals(List.of(plain, plain), List.of(together, apart));
            case WITH_TARGET ->
                    assertEquals(List.of(plain + 0x30, plain + 0x30), List.of(together, apart));
            case WITH_DISTANCE ->
                    assertEquals(List.of(plain, plain + distance), List.of(together, apart));
            case AGAINST_DISTANCE ->
                    assertEquals(List.of(plain, plain - distance), List.of(together, apart));
            case ONLY_TOGETHER -> assertEquals(plain, together);
            case UNKNOWN -> throw new AssertionError(kind);
        }
    }

    /** Returns the word of a kind when its block and its target have moved. */
    private static long written(X64EdgeKind kind, long blockBytes, long targetBytes) {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        MemorySegment content = MemorySegment.ofArray(new byte[32]);
        Block block = graph.section(".text", Section.Use.CODE).addBlock(content, 16);
        boolean isShort = kind.sizeBytes() < Long.BYTES;
        long place = isShort ? 0x20 : BLOCK;
        block.setAddress(new ExecutorAddress(place + blockBytes));
        graph.setGotBase(graph.absolute("got", new ExecutorAddress(place), 0));
        boolean isBackwards = kind == X64EdgeKind.NEG_DELTA32 || kind == X64EdgeKind.NEG_DELTA64;
        long target = place + OFFSET + (isBackwards ? -0x18 : 0x18) + targetBytes;
        Symbol symbol = graph.absolute("target", new ExecutorAddress(target), 0);
        block.addEdge(kind, OFFSET, symbol, isBackwards ? 0x60 : 0);
        new X64().fixUp(graph, block, content);
        return isShort
                ? content.get(ValueLayout.JAVA_INT_UNALIGNED, OFFSET)
                : content.get(ValueLayout.JAVA_LONG_UNALIGNED, OFFSET);
    }

    private static long mask(long value, X64EdgeKind kind) {
        int unused = Long.SIZE - 8 * kind.sizeBytes();
        return (value << unused) >>> unused;
    }

    /** A block with one edge for which {@code value} must be written. */
    private static final class Fixture {
        private final LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        private final X64EdgeKind kind;
        private final Block block;
        private final byte[] bytes = new byte[32];
        private final MemorySegment content = MemorySegment.ofArray(bytes);

        Fixture(X64EdgeKind kind, long value) {
            this.kind = kind;
            Arrays.fill(bytes, UNTOUCHED);
            block = graph.section(".text", Section.Use.CODE).addBlock(content, 16);
            block.setAddress(new ExecutorAddress(BLOCK));
            graph.setGotBase(graph.absolute("got", new ExecutorAddress(GOT), 0));
            block.addEdge(kind, OFFSET, target(value), addend(value));
        }

        private Symbol target(long value) {
            long address =
                    switch (kind) {
                        case DELTA64, DELTA32, BRANCH32, DELTA16, DELTA8 -> FIXUP + value;
                        case LEA_DELTA32, CALL_DELTA32 -> FIXUP + value;
                        case JUMP_DELTA32 -> FIXUP + value - 1;
                        case NEG_DELTA32, NEG_DELTA64 -> FIXUP - value;
                        case DELTA64_FROM_GOT, DELTA32_FROM_GOT -> GOT + value;
                        default -> value;
                    };
            return graph.absolute("target", new ExecutorAddress(address), 0);
        }

        private long addend(long value) {
            return kind == X64EdgeKind.SIZE32 || kind == X64EdgeKind.SIZE64 ? value : 0;
        }

        void apply() {
            new X64().fixUp(graph, block, content);
        }

        private int start() {
            return kind == X64EdgeKind.JUMP_DELTA32 ? OFFSET - 1 : OFFSET;
        }

        long written() {
            long value = 0;
            for (int i = kind.sizeBytes() - 1; i >= 0; i--) {
                value = (value << 8) | (bytes[start() + i] & 0xff);
            }
            return value;
        }

        /**
         * Returns the written value. Relaxing changes the two bytes before it; a jump also gets a
         * {@code nop} at its end.
         */
        void assertRestUntouched() {
            List<Integer> changed = new ArrayList<>();
            for (int i = 0; i < bytes.length; i++) {
                if ((i < OFFSET - 2 || i >= OFFSET + kind.sizeBytes()) && bytes[i] != UNTOUCHED) {
                    changed.add(i);
                }
            }
            assertEquals(List.of(), changed, kind::name);
        }
    }

    @Test
    void relaxedInstructions() {
        assertInstruction(X64EdgeKind.LEA_DELTA32, 0x48, 0x8d, 0x05, 0x34, 0x12, 0, 0);
        assertInstruction(X64EdgeKind.CALL_DELTA32, 0x48, 0x67, 0xe8, 0x34, 0x12, 0, 0);
        assertInstruction(X64EdgeKind.JUMP_DELTA32, 0x48, 0xe9, 0x35, 0x12, 0, 0, 0x90);
    }

    private static void assertInstruction(X64EdgeKind kind, int... expected) {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        MemorySegment code =
                MemorySegment.ofArray(new byte[] {0x48, (byte) 0x8b, 0x05, 0, 0, 0, 0});
        Block block = graph.section(".text", Section.Use.CODE).addBlock(code, 1);
        block.setAddress(new ExecutorAddress(BLOCK));
        Symbol target = graph.absolute("target", new ExecutorAddress(BLOCK + 7 + 0x1234), 0);
        block.addEdge(kind, 3, target, -4);
        new X64().fixUp(graph, block, code);
        byte[] bytes = new byte[expected.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) expected[i];
        }
        assertArrayEquals(bytes, code.toArray(ValueLayout.JAVA_BYTE), kind::name);
    }
}
