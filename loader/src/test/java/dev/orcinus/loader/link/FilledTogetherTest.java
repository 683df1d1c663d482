package dev.orcinus.loader.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.x64.X64EdgeKind;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.GraphOrigin;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects of a batch are filled some at a time: 64, or as many as have 32 MiB together. Each object
 * here has a pointer to the next one, and the last one to the first.
 */
final class FilledTogetherTest {
    private static final int MIB = 1 << 20;
    private static final int SMALL_BYTES = 64;
    private static final int MANY = 130;

    private final ImageTarget target = new ImageTarget(new ExecutorAddress(0x1_0000_0000L));
    private final LinkSession session =
            new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
    private final Dylib dylib = session.createDylib("test");

    private void add(int count, int sizeBytes, GraphOrigin origin) {
        byte[] content = new byte[sizeBytes];
        content[sizeBytes - 1] = 42;
        for (int i = 0; i < count; i++) {
            LinkGraph graph = new LinkGraph(name(i) + ".o", new ElfFormat(), "x86_64");
            Block block =
                    graph.section(".data", Section.Use.VARIABLES)
                            .addBlock(MemorySegment.ofArray(content).asReadOnly(), Long.BYTES);
            graph.define(name(i), block, 0, sizeBytes).as(Linkage.STRONG, Scope.DEFAULT);
            graph.retained().add(block);
            String next = name((i + 1) % count);
            block.addEdge(X64EdgeKind.POINTER64, 0, graph.external(next, Linkage.STRONG, false), 0);
            graph.setOrigin(origin);
            session.add(dylib, () -> graph);
        }
    }

    private static String name(int i) {
        return "object" + i;
    }

    private void requireRing(int count, int sizeBytes) {
        assertEquals(count, target.allocationCount());
        for (int i = 0; i < count; i++) {
            MemorySegment memory = target.memory(address(i));
            assertEquals(
                    address((i + 1) % count).value(), memory.get(JAVA_LONG_UNALIGNED, 0), name(i));
            assertEquals(42, memory.get(JAVA_BYTE, sizeBytes - 1), name(i));
        }
    }

    private ExecutorAddress address(int i) {
        return session.lookup(dylib, List.of(name(i))).get(name(i));
    }

    @ParameterizedTest
    @CsvSource({"5, 20971520, 2", "3, 33554432, 1", "3, 33554431, 2", "130, 64, 64", "10, 64, 10"})
    void aBoundedNumberOfObjectsIsFilledAtATime(int count, int sizeBytes, int together) {
        add(count, sizeBytes, GraphOrigin.MEMORY);
        session.linkAll(dylib);
        requireRing(count, sizeBytes);
        assertEquals(together, target.mostBegun());
    }

    /** The steps are: begin 64, finish 64, begin 64, finish 64, begin 2, finish 2, await 130. */
    @ParameterizedTest
    @ValueSource(ints = {0, 63, 64, 127, 128, 191, 192, 255, 256, 257, 258, 259, 260, 389})
    void ifAnyGroupFailsNothingIsLeft(int step) {
        add(MANY, SMALL_BYTES, GraphOrigin.MEMORY);
        target.failAfter(step);
        assertThrows(TargetException.class, () -> session.linkAll(dylib));
        assertEquals(0, target.allocationCount());
        session.linkAll(dylib);
        requireRing(MANY, SMALL_BYTES);
    }

    @Test
    void thereAreNoOtherSteps() {
        add(MANY, SMALL_BYTES, GraphOrigin.MEMORY);
        target.failAfter(390);
        session.linkAll(dylib);
        requireRing(MANY, SMALL_BYTES);
    }

    @Test
    void ifALaterGroupOfLargeObjectsFailsNothingIsLeft() {
        add(4, 20 * MIB, GraphOrigin.MEMORY);
        target.failAfter(2 + 2 + 2); // the second group's first object
        assertThrows(TargetException.class, () -> session.linkAll(dylib));
        assertEquals(0, target.allocationCount());
        session.linkAll(dylib);
        requireRing(4, 20 * MIB);
    }

    /** The file is asked for after binding, and when the last group is filled. */
    @Test
    void ifTheFileChangesWhileGroupsAreFilledNothingIsLeft() {
        AtomicInteger left = new AtomicInteger(1);
        GraphOrigin origin =
                () -> {
                    if (left.getAndDecrement() == 0) {
                        throw new MalformedObjectException("input.a", 0, "it has changed");
                    }
                };
        add(MANY, SMALL_BYTES, origin);
        LinkException changed =
                assertThrows(MalformedObjectException.class, () -> session.linkAll(dylib));
        assertTrue(changed.getMessage().endsWith("it has changed"), changed.getMessage());
        assertEquals(0, target.allocationCount());
        assertEquals(64, target.mostBegun(), "groups before the last one have been filled");
        assertEquals(List.of(), target.calls());
        session.linkAll(dylib);
        requireRing(MANY, SMALL_BYTES);
    }
}
