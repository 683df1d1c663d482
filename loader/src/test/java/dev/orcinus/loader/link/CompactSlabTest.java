package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CompactSlabTest {
    private static final ExecutorAddress START = new ExecutorAddress(0x7000_0010_0000L);
    private static final long PAGE = 4096;
    private final CompactSlab slab = new CompactSlab(AddressRange.of(START, 16 * PAGE), PAGE);

    private Map<Section.Use, AddressRange> place(long code, long constants, long alignment) {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "aarch64");
        graph.section(".text", Section.Use.CODE).addZeroFill(code, 4);
        graph.section(".rodata", Section.Use.CONSTANTS).addZeroFill(constants, alignment);
        List<SegmentLayout> layouts = new ArrayList<>();
        layouts.add(SegmentLayout.of(graph, Section.Use.CODE));
        layouts.add(SegmentLayout.of(graph, Section.Use.CONSTANTS));
        return slab.place(layouts);
    }

    @Test
    void segmentsLieSideBySide() {
        Map<Section.Use, AddressRange> first = place(PAGE + 1, 8, 8);
        Map<Section.Use, AddressRange> second = place(1, 1, 1);
        assertEquals(AddressRange.of(START, 2 * PAGE), first.get(Section.Use.CODE));
        assertEquals(AddressRange.of(START.plus(2 * PAGE), PAGE), first.get(Section.Use.CONSTANTS));
        assertEquals(START.plus(3 * PAGE), second.get(Section.Use.CODE).start());
        assertEquals(START.plus(4 * PAGE), second.get(Section.Use.CONSTANTS).start());
    }

    @Test
    void alignmentIsKeptAndItsGapIsGivenBack() {
        Map<Section.Use, AddressRange> rooms = place(1, 4 * PAGE, 8 * PAGE);
        assertEquals(START.plus(8 * PAGE), rooms.get(Section.Use.CONSTANTS).start());
        slab.giveBack(rooms, false);
        assertEquals(START, place(15 * PAGE, 1, 1).get(Section.Use.CODE).start());
    }

    @Test
    void whatDoesNotFitIsAnErrorAndTakesNothing() {
        TargetException e = assertThrows(TargetException.class, () -> place(16 * PAGE, 1, 1));
        assertTrue(e.getMessage().contains("no room for 0x11000 bytes"), e::getMessage);
        assertEquals(START, place(15 * PAGE, 1, 1).get(Section.Use.CODE).start());
    }

    /** A call from each place of the slab reaches what is near, and an object is never torn. */
    @Test
    void nearIsWhatIsWithin2GibOfBothEnds() {
        ExecutorAddress end = START.plus(16 * PAGE);
        assertTrue(slab.keepsObjectsNear());
        assertTrue(slab.isNear(START));
        assertTrue(slab.isNear(START.plus(Integer.MAX_VALUE)));
        assertFalse(slab.isNear(START.plus(Integer.MAX_VALUE + 1L)));
        assertTrue(slab.isNear(new ExecutorAddress(end.value() + Integer.MIN_VALUE)));
        assertFalse(slab.isNear(new ExecutorAddress(end.value() + Integer.MIN_VALUE - 1)));
    }
}
