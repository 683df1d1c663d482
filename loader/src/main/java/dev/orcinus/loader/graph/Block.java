package dev.orcinus.loader.graph;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of bytes that are kept or removed together: a whole section, or a part of one. Mirrors
 * LLVM's {@code jitlink::Block}. Its content belongs to the object file and must not be written;
 * the linker copies it to the place where it is fixed up.
 */
public final class Block {
    private final Section section;
    private final MemorySegment content;
    private final long sizeBytes;
    private long alignmentBytes;
    private long alignmentOffset;
    private List<Edge> edges = List.of();
    private long address;
    private boolean live;
    private boolean grouped;
    private boolean discarded;

    Block(Section section, MemorySegment content, long sizeBytes, long alignmentBytes) {
        this.section = section;
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.alignmentBytes = alignmentBytes;
    }

    /** Returns the section that it belongs to. */
    public Section section() {
        return section;
    }

    /** Returns whether it belongs to a COMDAT group. */
    public boolean isGrouped() {
        return grouped;
    }

    /** Notes that it belongs to a COMDAT group. */
    void setGrouped() {
        grouped = true;
    }

    /** Returns whether it is not used, because another graph has its COMDAT group. */
    public boolean isDiscarded() {
        return discarded;
    }

    /** Sets whether another graph has its COMDAT group. */
    void setDiscarded(boolean isDiscarded) {
        discarded = isDiscarded;
    }

    /** Returns its bytes, read-only; empty if it is zero-filled. */
    public MemorySegment content() {
        return content;
    }

    /** Returns its length in bytes. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Returns whether it has no content and is filled with zeros. */
    public boolean isZeroFill() {
        return content.byteSize() == 0;
    }

    /**
     * Returns whether there is code with content at an offset, so that it may be called.
     *
     * @param offset in bytes; it may lie outside
     */
    public boolean isCodeAt(long offset) {
        return section.use() == Section.Use.CODE
                && Long.compareUnsigned(offset, content.byteSize()) < 0;
    }

    /** Returns its alignment in bytes, a power of two. */
    public long alignmentBytes() {
        return alignmentBytes;
    }

    /** Returns the bytes between an aligned address and its start; usually 0. */
    public long alignmentOffset() {
        return alignmentOffset;
    }

    /**
     * Makes it start at a distance from an aligned address: a part of a section keeps the place
     * that it had there, because what follows in it may be aligned.
     */
    public void setAlignmentOffset(long bytes) {
        alignmentOffset = bytes;
    }

    /** Returns the first offset at or after another one where it may start. */
    public long alignedStart(long offset) {
        return offset + ((alignmentOffset - offset) & (alignmentBytes - 1));
    }

    /** Raises its alignment to at least that many bytes, a power of two. */
    public void raiseAlignment(long bytes) {
        alignmentBytes = Math.max(alignmentBytes, bytes);
    }

    /** Returns its edges, in the order in which they were added. */
    public List<Edge> edges() {
        return edges;
    }

    /**
     * Adds an edge.
     *
     * @return the edge
     */
    public Edge addEdge(EdgeKind kind, int offset, Symbol target, long addend) {
        Edge edge = new Edge(kind, offset, target, addend);
        if (edges.isEmpty()) {
            edges = new ArrayList<>();
        }
        edges.add(edge);
        return edge;
    }

    /** Makes room for edges. */
    public void expectEdges(int count) {
        if (edges.isEmpty()) {
            edges = new ArrayList<>(count);
        }
    }

    /** Replaces its edges. */
    public void setEdges(List<Edge> newEdges) {
        edges = newEdges;
    }

    /** Returns its address, which is 0 until the graph is laid out. */
    public ExecutorAddress address() {
        return new ExecutorAddress(address);
    }

    /** Returns the 64 bits of {@link #address}. */
    public long addressValue() {
        return address;
    }

    /** Sets its address. */
    public void setAddress(ExecutorAddress newAddress) {
        address = newAddress.value();
    }

    /** Returns whether dead-stripping keeps it. */
    public boolean isLive() {
        return live;
    }

    /** Sets whether dead-stripping keeps it. */
    public void setLive(boolean isLive) {
        live = isLive;
    }
}
