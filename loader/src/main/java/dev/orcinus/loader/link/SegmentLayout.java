package dev.orcinus.loader.link;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The blocks of one use, in the order in which they will lie in memory: section by section, with
 * sections of zeros at the end.
 */
final class SegmentLayout {
    private static final long MOST_PADDING_BYTES = 64L << 20;

    private final Section.Use use;
    private final List<Block> blocks = new ArrayList<>();
    private long contentBytes;
    private long sizeBytes;
    private long alignmentBytes = 1;

    private SegmentLayout(Section.Use use) {
        this.use = use;
    }

    /** Lays out the graph's blocks of one use, starting at address 0. */
    static SegmentLayout of(LinkGraph graph, Section.Use use) {
        return of(List.of(graph), use);
    }

    /**
     * Lays out the blocks of several graphs together.
     *
     * @throws UnsupportedObjectException if more than 64 MiB of the written content would be
     *     padding: a small object must not cost that much memory
     */
    static SegmentLayout of(List<LinkGraph> graphs, Section.Use use) {
        SegmentLayout layout = new SegmentLayout(use);
        List<Section> sections = new ArrayList<>();
        graphs.forEach(graph -> sections.addAll(graph.sections(use)));
        layout.addAll(sections, true);
        layout.contentBytes = layout.sizeBytes;
        layout.requireLittlePadding(graphs);
        layout.addAll(sections, false);
        layout.requireAddress();
        return layout;
    }

    private void addAll(List<Section> sections, boolean withContent) {
        for (Section section : sections) {
            if (section.isZeroFill() != withContent) {
                section.blocks().forEach(this::add);
            }
        }
    }

    private void requireLittlePadding(List<LinkGraph> graphs) {
        long padding = contentBytes;
        for (Block block : blocks) {
            padding -= block.content().byteSize();
        }
        if (padding > MOST_PADDING_BYTES) {
            throw new UnsupportedObjectException(
                    graphs.getFirst().name(),
                    "its blocks ("
                            + use
                            + ") need 0x"
                            + Long.toHexString(padding)
                            + " bytes of padding and zeros between them; the limit is 0x"
                            + Long.toHexString(MOST_PADDING_BYTES));
        }
    }

    /**
     * Makes the segment at least one byte long if it has a block. A block of 0 bytes also needs an
     * address, for example C's empty struct or the end of a table.
     */
    private void requireAddress() {
        if (!blocks.isEmpty()) {
            sizeBytes = Math.max(sizeBytes, 1);
        }
    }

    private void add(Block block) {
        long alignment = block.alignmentBytes();
        long start = block.alignedStart(sizeBytes);
        block.setAddress(new ExecutorAddress(start));
        sizeBytes = start + block.sizeBytes();
        alignmentBytes = Math.max(alignmentBytes, alignment);
        blocks.add(block);
    }

    Section.Use use() {
        return use;
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** Returns the number of bytes up to the end of the last block with content. */
    long contentBytes() {
        return contentBytes;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    long alignmentBytes() {
        return alignmentBytes;
    }

    /** Moves the blocks, whose addresses start at 0, to their final addresses. */
    void placeAt(AddressRange room) {
        for (Block block : blocks) {
            block.setAddress(room.start().plus(block.addressValue()));
        }
    }

    /** Copies the blocks' contents, for fixing up. */
    void copyTo(MemorySegment content, ExecutorAddress start) {
        copyTo(content, start, (block, place) -> place.copyFrom(block.content()));
    }

    /** Copies the contents of a graph's blocks, for fixing up. */
    void copyTo(LinkGraph graph, MemorySegment content, ExecutorAddress start) {
        if (graph.parts() == null) {
            copyTo(content, start);
        } else {
            copyTo(content, start, graph.parts()::copy);
        }
    }

    private void copyTo(
            MemorySegment content, ExecutorAddress start, BiConsumer<Block, MemorySegment> copy) {
        for (Block block : blocks) {
            if (!block.isZeroFill()) {
                copy.accept(block, content(block, content, start));
            }
        }
    }

    /**
     * Writes the edges of the blocks.
     *
     * @param owners the graphs of blocks that do not come from {@code graph}
     */
    void fixUp(
            LinkGraph graph,
            Map<Block, LinkGraph> owners,
            Architecture architecture,
            MemorySegment content,
            ExecutorAddress start) {
        for (Block block : blocks) {
            if (!block.isZeroFill() && !block.edges().isEmpty()) {
                LinkGraph owner = owners.isEmpty() ? graph : owners.getOrDefault(block, graph);
                architecture.fixUp(owner, block, content(block, content, start));
            }
        }
    }

    /** Returns the blocks, in the order in which they lie in memory. */
    List<Block> blocks() {
        return blocks;
    }

    /** Returns a block's part of the segment's content. */
    static MemorySegment content(Block block, MemorySegment content, ExecutorAddress start) {
        return content.asSlice(block.address().minus(start), block.sizeBytes());
    }
}
