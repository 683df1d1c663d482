package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of blocks in a segment, and how large it becomes. */
final class SegmentLayoutTest {
    private static final long MOST_PADDING = 64L << 20;

    private final LinkGraph graph = graph("one.o");
    private final Section data = graph.section(".data", Section.Use.VARIABLES);
    private final Section zeros = graph.section(".bss", Section.Use.VARIABLES);

    private static LinkGraph graph(String name) {
        return new LinkGraph(name, new ElfFormat(), "x86_64");
    }

    private static Block content(Section section, int size, long alignment) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i + size);
        }
        return section.addBlock(MemorySegment.ofArray(bytes), alignment);
    }

    private SegmentLayout layout() {
        return SegmentLayout.of(graph, Section.Use.VARIABLES);
    }

    @Test
    void aSegmentWithoutBlocksIsEmpty() {
        SegmentLayout layout = layout();
        assertTrue(layout.isEmpty());
        assertEquals(0, layout.sizeBytes());
        assertEquals(1, layout.alignmentBytes());
        assertEquals(Section.Use.VARIABLES, layout.use());
    }

    @Test
    void zerosLieBehindAllContent() {
        Block ofZeros = zeros.addZeroFill(100, 16);
        Block first = content(data, 3, 1);
        Block second = content(data, 8, 8);
        SegmentLayout layout = layout();
        assertFalse(layout.isEmpty());
        assertEquals(0, first.addressValue());
        assertEquals(8, second.addressValue());
        assertEquals(16, layout.contentBytes());
        assertEquals(16, ofZeros.addressValue());
        assertEquals(116, layout.sizeBytes());
        assertEquals(16, layout.alignmentBytes());
    }

    @Test
    void theBlocksOfSeveralObjectsAreLaidOutTogether() {
        LinkGraph two = graph("two.o");
        Block others = content(two.section(".data", Section.Use.VARIABLES), 2, 1);
        Block constant = content(two.section(".rodata", Section.Use.CONSTANTS), 9, 1);
        zeros.addZeroFill(4, 1);
        content(data, 5, 1);
        SegmentLayout layout = SegmentLayout.of(List.of(graph, two), Section.Use.VARIABLES);
        assertEquals(5, others.addressValue());
        assertEquals(7, layout.contentBytes());
        assertEquals(11, layout.sizeBytes());
        assertEquals(0, constant.addressValue(), "it belongs to another segment");
    }

    /** C's empty struct, or the end of a table. */
    @Test
    void aBlockOfNoBytesHasAnAddress() {
        zeros.addZeroFill(0, 1);
        SegmentLayout layout = layout();
        assertEquals(1, layout.sizeBytes());
        assertEquals(0, layout.contentBytes());
    }

    @Test
    void blocksMoveToTheirRoomAndTheirContentIsCopied() {
        Block first = content(data, 3, 1);
        Block second = content(data, 2, 4);
        Block ofZeros = zeros.addZeroFill(8, 8);
        SegmentLayout layout = layout();
        ExecutorAddress start = new ExecutorAddress(0x7000);
        layout.placeAt(AddressRange.of(start, 0x1000));
        assertEquals(start, first.address());
        assertEquals(start.plus(4), second.address());
        assertEquals(start.plus(8), ofZeros.address());
        byte[] memory = {9, 9, 9, 9, 9, 9, 9, 9};
        layout.copyTo(MemorySegment.ofArray(memory), start);
        assertArrayEquals(new byte[] {3, 4, 5, 9, 2, 3, 9, 9}, memory);
    }

    @Test
    void littlePaddingIsAllowed() {
        content(data, 1, 1);
        content(data, 1, MOST_PADDING);
        assertEquals(MOST_PADDING + 1, layout().contentBytes());
    }

    @Test
    void asMuchPaddingAsTheLimitIsAllowed() {
        data.addZeroFill(MOST_PADDING, 1);
        content(data, 1, 1);
        assertEquals(MOST_PADDING + 1, layout().contentBytes());
    }

    @Test
    void muchPaddingIsRefused() {
        content(data, 1, 1);
        content(data, 1, 2 * MOST_PADDING);
        UnsupportedObjectException refusal =
                assertThrows(UnsupportedObjectException.class, this::layout);
        assertTrue(refusal.getMessage().contains("one.o"), refusal.getMessage());
        assertTrue(
                refusal.getMessage().contains("need 0x7ffffff bytes of padding"),
                refusal.getMessage());
    }
}
