package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Section.Use;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a slab puts segments, and how large it has to be. */
final class SlabTest {
    private static final ExecutorAddress START = new ExecutorAddress(0x7000_0000_0000L);
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;

    private final List<Long> asked = new ArrayList<>();
    private long mostBytes = Long.MAX_VALUE;

    private AddressRange reserve(long sizeBytes) {
        asked.add(sizeBytes);
        if (sizeBytes > mostBytes) {
            throw new TargetException("no " + sizeBytes, null);
        }
        return AddressRange.of(START, sizeBytes);
    }

    private static List<SegmentLayout> segments(long code, long variables, long large) {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        Map<Use, Long> sizes = Map.of(Use.CODE, code, Use.VARIABLES, variables, Use.LARGE, large);
        List<SegmentLayout> layouts = new ArrayList<>();
        for (Use use : List.of(Use.CODE, Use.VARIABLES, Use.LARGE)) {
            if (sizes.get(use) > 0) {
                Section section = graph.section("." + use, use);
                section.addZeroFill(sizes.get(use), 1);
                layouts.add(SegmentLayout.of(graph, use));
            }
        }
        return layouts;
    }

    @Test
    void halfIsForCodeAndAQuarterForEachOfTheOthers() {
        Slab slab = Slab.reserve(this::reserve, 64 * MIB, PAGE);
        assertTrue(slab.keepsObjectsNear());
        assertEquals(List.of(64 * MIB), asked);
        Map<Use, AddressRange> rooms = slab.place(segments(32 * MIB, 16 * MIB, 0));
        assertEquals(AddressRange.of(START, 32 * MIB), rooms.get(Use.CODE));
        assertEquals(AddressRange.of(START.plus(48 * MIB), 16 * MIB), rooms.get(Use.VARIABLES));
        assertThrows(TargetException.class, () -> slab.place(segments(1, 0, 0)));
        slab.giveBack(rooms, true);
        assertEquals(AddressRange.of(START, PAGE), slab.place(segments(1, 0, 0)).get(Use.CODE));
    }

    /** What a batch has got of a slab that has no room for all of it must not be lost. */
    @Test
    void aBatchThatDoesNotFitTakesNothing() {
        Slab slab = Slab.reserve(this::reserve, 64 * MIB, PAGE);
        TargetException refusal =
                assertThrows(
                        TargetException.class,
                        () -> slab.place(segments(32 * MIB, 16 * MIB + 1, 0)));
        assertEquals(
                "no room for 0x1001000 bytes (VARIABLES) in the session's reservation "
                        + AddressRange.of(START, 64 * MIB),
                refusal.getMessage());
        assertEquals(START, slab.place(segments(32 * MIB, 0, 0)).get(Use.CODE).start());
    }

    @Test
    void aSlabForWhichThereIsNoRoomIsTriedSmaller() {
        mostBytes = 20 * MIB;
        Slab slab = Slab.reserve(this::reserve, 64 * MIB, PAGE);
        assertEquals(List.of(64 * MIB, 32 * MIB, 16 * MIB), asked);
        assertEquals(8 * MIB, slab.place(segments(8 * MIB, 0, 0)).get(Use.CODE).sizeBytes());
        mostBytes = 0;
        asked.clear();
        TargetException refusal =
                assertThrows(
                        TargetException.class, () -> Slab.reserve(this::reserve, 64 * MIB, PAGE));
        assertEquals("no " + 64 * MIB, refusal.getMessage(), "the first failure");
        assertEquals(List.of(64 * MIB, 32 * MIB, 16 * MIB), asked);
    }

    @Test
    void aSlabForABatchHasItsPartsAndRoomForEntries() {
        SlabParts batch = new SlabParts();
        batch.add(Use.CODE, 8 * MIB);
        batch.add(Use.VARIABLES, 4 * MIB);
        batch.add(Use.LARGE, 5);
        Slab slab = Slab.reserve(this::reserve, batch, PAGE);
        // each with 16 MiB more, code with a quarter of its own size
        assertEquals(List.of((8 + 2 + 16) * MIB + 16 * MIB + (4 + 16) * MIB + 17 * MIB), asked);
        Map<Use, AddressRange> rooms = slab.place(segments(26 * MIB, 20 * MIB, 17 * MIB));
        assertEquals(START.plus((26 + 16) * MIB), rooms.get(Use.VARIABLES).start());
        assertEquals(START.plus((26 + 16 + 20) * MIB), rooms.get(Use.LARGE).start());
        ExecutorAddress low =
                new ExecutorAddress(START.value() + (26 + 16 + 20) * MIB - (1L << 31));
        assertTrue(slab.isNear(low), "large zeros are not counted");
        assertFalse(slab.isNear(new ExecutorAddress(low.value() - 1)));
    }

    @Test
    void aSlabWithoutLargeZerosHasNoPlaceForThem() {
        SlabParts batch = new SlabParts();
        batch.add(Use.CODE, MIB);
        Slab slab = Slab.reserve(this::reserve, batch, PAGE);
        assertThrows(TargetException.class, () -> slab.place(segments(0, 0, 1)));
    }

    @Test
    void aBatchThatIsLargerThanTheAddressSpaceIsRefused() {
        for (long size : new long[] {1L << 47, -1, Long.MAX_VALUE}) {
            SlabParts batch = new SlabParts();
            batch.add(Use.VARIABLES, size);
            TargetException refusal =
                    assertThrows(
                            TargetException.class, () -> Slab.reserve(this::reserve, batch, PAGE));
            assertTrue(
                    refusal.getMessage().contains("that is more than a process can have"),
                    refusal.getMessage());
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void anAmpleSlabHasTwiceTheRoomOfABatch() {
        long slab = 64 * MIB;
        assertTrue(Slab.isAmple(slab, parts(16 * MIB, 8 * MIB, 8 * MIB, 0)));
        assertFalse(Slab.isAmple(slab, parts(16 * MIB + 1, 0, 0, 0)));
        assertFalse(Slab.isAmple(slab, parts(0, 8 * MIB + 1, 0, 0)));
        assertFalse(Slab.isAmple(slab, parts(0, 0, 8 * MIB + 1, 0)));
        assertFalse(Slab.isAmple(slab, parts(0, 0, 0, 1)));
    }

    private static SlabParts parts(long code, long constants, long variables, long large) {
        SlabParts parts = new SlabParts();
        parts.add(Use.CODE, code);
        parts.add(Use.CONSTANTS, constants);
        parts.add(Use.VARIABLES, variables);
        parts.add(Use.LARGE, large);
        assertEquals(code + constants + variables + large, parts.sizeBytes());
        return parts;
    }

    @Test
    void aBlockCountsWithTheGapBeforeIt() {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        SlabParts parts = new SlabParts();
        parts.add(graph.section(".text", Use.CODE).addZeroFill(10, 16));
        parts.add(graph.section(".text", Use.CODE).addZeroFill(3, 1));
        assertEquals(10 + 15 + 3, parts.sizeBytes(Use.CODE));
        assertEquals(0, parts.sizeBytes(Use.VARIABLES));
    }

    /** A displacement has 32 bits with a sign, from each end of the range. */
    @Test
    void nearIsWhatADisplacementReachesFromEverywhere() {
        AddressRange range = AddressRange.of(START, MIB);
        assertTrue(Slab.isNear(range, START.plus(0x7fff_ffffL)));
        assertFalse(Slab.isNear(range, START.plus(0x8000_0000L)));
        ExecutorAddress lowest = new ExecutorAddress(range.end().value() - 0x8000_0000L);
        assertTrue(Slab.isNear(range, lowest));
        assertFalse(Slab.isNear(range, new ExecutorAddress(lowest.value() - 1)));
    }
}
