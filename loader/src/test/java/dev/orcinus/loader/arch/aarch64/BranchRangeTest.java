package dev.orcinus.loader.arch.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that are nearly, or more than, 128 MiB long. */
final class BranchRangeTest {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BL = 0x9400_0000;
    private static final int RET = 0xd65f_03c0;
    private static final int MIB = 1 << 20;
    private static final long CODE = 0x40_0000_0000L;
    private static final long CONSTANTS = CODE + (3L << 30);

    private final LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "aarch64");
    private final Section text = graph.section(".text", Section.Use.CODE);
    private final List<Symbol> callers = new ArrayList<>();
    private final List<Symbol> callees = new ArrayList<>();
    private final List<Long> targets = new ArrayList<>();

    /** Adds a block of one instruction that calls. */
    private Symbol caller(Symbol callee, long target) {
        Block block = text.addBlock(instruction(BL), 4);
        block.addEdge(AArch64EdgeKind.REQUEST_BRANCH26, 0, callee, 0);
        callers.add(graph.anonymous(block));
        callees.add(callee);
        targets.add(target);
        return callers.getLast();
    }

    private static MemorySegment instruction(int instruction) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[4]);
        bytes.set(U32, 0, instruction);
        return bytes;
    }

    private Symbol function() {
        return graph.anonymous(text.addBlock(instruction(RET), 4));
    }

    private Symbol external(String name) {
        return graph.external(name, Linkage.STRONG, false);
    }

    private Memory link(boolean isNear) {
        TestObject object = new TestObject(graph).lower(s -> s.isDefined() || isNear);
        object.place(Section.Use.CODE, CODE).place(Section.Use.CONSTANTS, CONSTANTS);
        for (int i = 0; i < targets.size(); i++) {
            if (callees.get(i).isExternal()) {
                object.resolve(callees.get(i).name(), targets.get(i));
            }
        }
        return object.fixUp().memory();
    }

    private static long firstStep(Memory memory, Symbol caller) {
        long at = caller.addressValue();
        return at + ((memory.word(at) << 6) >> 6) * 4L;
    }

    private void requireAllArrive(Memory memory) {
        for (int i = 0; i < callers.size(); i++) {
            Symbol callee = callees.get(i);
            long expected = callee.isExternal() ? targets.get(i) : callee.addressValue();
            assertEquals(expected, memory.run(callers.get(i).addressValue()).pc());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-128L * MIB, 128L * MIB - 4, 0, 4})
    void aTargetInReachIsCalledDirectly(long distance) {
        caller(external("callee"), CODE + distance);
        Memory memory = link(true);
        assertEquals(CODE + distance, firstStep(memory, callers.getFirst()));
    }

    @ParameterizedTest
    @ValueSource(longs = {-128L * MIB - 4, 128L * MIB, -(1L << 31), 1L << 31})
    void aTargetOutOfReachIsCalledThroughAStub(long distance) {
        caller(external("callee"), CODE + distance);
        Memory memory = link(true);
        assertTrue(memory.contains(firstStep(memory, callers.getFirst())));
        requireAllArrive(memory);
    }

    @Test
    void aTargetAnywhereIsCalledThroughAPointer() {
        caller(external("callee"), 0x7fff_ffff_fffcL);
        requireAllArrive(link(false));
    }

    @Test
    void twoCallsOfOneTargetShareAStub() {
        Symbol callee = external("callee");
        caller(callee, 0x7fff_0000_0000L);
        caller(callee, 0x7fff_0000_0000L);
        Memory memory = link(false);
        assertEquals(firstStep(memory, callers.get(0)), firstStep(memory, callers.get(1)));
        requireAllArrive(memory);
    }

    /** The distance is from the caller, the first instruction, to the callee behind the filler. */
    @ParameterizedTest
    @ValueSource(ints = {100 * MIB, 128 * MIB - 8, 128 * MIB - 4, 128 * MIB, 512 * MIB})
    void callsWithinOneGraphReachBehindAFiller(int fillerBytes) {
        Symbol near = function();
        caller(near, 0);
        Block forward = callers.getFirst().block();
        text.addZeroFill(fillerBytes / 2, 4);
        text.addZeroFill(fillerBytes - fillerBytes / 2, 4);
        Symbol far = function();
        caller(near, 0);
        text.blocks().remove(forward);
        text.blocks().addFirst(forward);
        Block other = text.newBlock(instruction(BL), 4);
        other.addEdge(AArch64EdgeKind.REQUEST_BRANCH26, 0, far, 0);
        text.blocks().add(1, other);
        callers.add(graph.anonymous(other));
        callees.add(far);
        targets.add(0L);
        requireAllArrive(link(false));
    }

    @Test
    void stubsLieInReachAllOverAHugeGraph() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Symbol> functions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            functions.add(function());
            text.addZeroFill((1 + random.nextInt(60 * MIB)) & -4, 4 << random.nextInt(10));
        }
        List<Block> blocks = new ArrayList<>(text.blocks());
        for (int i = 0; i < 200; i++) {
            int number = random.nextInt(10);
            boolean leaves = random.nextInt(3) == 0;
            Symbol callee =
                    leaves
                            ? external("f" + number)
                            : functions.get(random.nextInt(functions.size()));
            Symbol caller = caller(callee, 0x7f00_0000_0000L + number * 64L);
            blocks.add(random.nextInt(blocks.size() + 1), caller.block());
        }
        text.setBlocks(blocks);
        try {
            requireAllArrive(link(false));
        } catch (LinkException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void aBlockOfTwiceTheReachUsesTheIslandsOnBothSides() {
        MemorySegment content = MemorySegment.ofArray(new byte[200 * MIB]);
        content.set(U32, 0, BL);
        content.set(U32, content.byteSize() - 4, BL);
        Block block = text.addBlock(content, 4);
        Symbol callee = external("callee");
        long target = 0x7fff_0000_0000L;
        for (long offset : new long[] {0, content.byteSize() - 4}) {
            block.addEdge(AArch64EdgeKind.REQUEST_BRANCH26, (int) offset, callee, 0);
            callers.add(graph.define("", block, offset, 4));
            callees.add(callee);
            targets.add(target);
        }
        requireAllArrive(link(false));
    }

    @Test
    void nothingReachesTheMiddleOfAnEvenLargerBlock() {
        MemorySegment content = MemorySegment.ofArray(new byte[262 * MIB]);
        content.set(U32, 131L * MIB, BL);
        Block block = text.addBlock(content, 4);
        Symbol callee = external("callee");
        block.addEdge(AArch64EdgeKind.REQUEST_BRANCH26, 131 * MIB, callee, 0);
        RelocationRangeException e =
                assertThrows(RelocationRangeException.class, () -> link(false));
        assertTrue(e.getMessage().contains("BRANCH26_OR_STUB"), e::getMessage);
    }
}
