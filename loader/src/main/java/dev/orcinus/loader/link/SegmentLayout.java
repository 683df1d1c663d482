package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of one use, in the order in which they will lie in memory: section by section, those
 * of zeros only at the end.
 */
final class SegmentLayout {
    private final Section.Use use;
    private final List<Block> blocks = new ArrayList<>();
    private long contentBytes;
    private long sizeBytes;
    private long alignmentBytes = 1;

    private SegmentLayout(Section.Use use) {
        this.use = use;
    }

    /** Lays out the graph's blocks of one use, for now from address 0 on. */
    static SegmentLayout of(LinkGraph graph, Section.Use use) {
        return of(List.of(graph), use);
    }

    /** Lays out the blocks of several graphs together. */
    static SegmentLayout of(List<LinkGraph> graphs, Section.Use use) {
        SegmentLayout layout = new SegmentLayout(use);
        graphs.forEach(graph -> layout.addAll(graph, true));
        layout.contentBytes = layout.sizeBytes;
        graphs.forEach(graph -> layout.addAll(graph, false));
        return layout;
    }

    private void addAll(LinkGraph graph, boolean withContent) {
        for (Section section : graph.sections(use)) {
            if (section.isZeroFill() != withContent) {
                section.blocks().forEach(this::add);
            }
        }
    }

    private void add(Block block) {
        long alignment = block.alignmentBytes();
        long start = (sizeBytes + alignment - 1) & -alignment;
        block.setAddress(new ExecutorAddress(start));
        sizeBytes = start + block.sizeBytes();
        alignmentBytes = Math.max(alignmentBytes, alignment);
        blocks.add(block);
    }

    Section.Use use() {
        return use;
    }

    List<Block> blocks() {
        return blocks;
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** Up to the end of the last block that is not of zeros only. */
    long contentBytes() {
        return contentBytes;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    long alignmentBytes() {
        return alignmentBytes;
    }

    /** Moves the blocks, which lie from 0 on, to where they will be. */
    void placeAt(AddressRange room) {
        for (Block block : blocks) {
            block.setAddress(room.start().plus(block.addressValue()));
        }
    }

    /** Copies the blocks' contents, for fixing up. */
    void copyTo(MemorySegment content, ExecutorAddress start) {
        for (Block block : blocks) {
            if (!block.isZeroFill()) {
                content(block, content, start).copyFrom(block.content());
            }
        }
    }

    /** A block's part of the segment's content. */
    static MemorySegment content(Block block, MemorySegment content, ExecutorAddress start) {
        return content.asSlice(block.address().minus(start), block.sizeBytes());
    }
}
