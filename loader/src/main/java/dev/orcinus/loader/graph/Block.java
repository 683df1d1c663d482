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
    /** Most blocks without many relocations have no more edges than these. */
    private static final int FEW_EDGES = 4;

    private final Section section;
    private final MemorySegment content;
    private final long sizeBytes;
    private long alignmentBytes;
    private long alignmentOffset;
    private List<Edge> edges = List.of();
    private EdgeSource unread;
    private int tableOfUnread;
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

    /**
     * Returns its edges, in the order in which they were added; those that {@link #readLater} has
     * left are read first.
     */
    public List<Edge> edges() {
        if (unread != null) {
            read();
        }
        return edges;
    }

    /**
     * Leaves edges of its object to be read when somebody asks for its edges: most blocks that turn
     * out not to be needed are never asked.
     *
     * @param source reads them
     * @param table the number by which the source knows them
     */
    public void readLater(EdgeSource source, int table) {
        unread = source;
        tableOfUnread = table;
    }

    /** Returns whether it has edges, read or not. */
    public boolean hasEdges() {
        return unread != null || !edges.isEmpty();
    }

    /** Reads its edges, and puts those that have been added behind them. */
    private void read() {
        EdgeSource source = unread;
        List<Edge> added = edges;
        unread = null;
        edges = List.of();
        boolean isRead = false;
        try {
            source.addEdges(this, tableOfUnread);
            isRead = true;
        } finally {
            if (!isRead) {
                unread = source;
                edges = added;
            }
        }
        if (edges.isEmpty()) {
            edges = added;
        } else {
            edges.addAll(added);
        }
    }

    /**
     * Adds an edge.
     *
     * @return the edge
     */
    public Edge addEdge(EdgeKind kind, int offset, Symbol target, long addend) {
        Edge edge = new Edge(kind, offset, target, addend);
        expectEdges(FEW_EDGES);
        edges.add(edge);
        return edge;
    }

    /** Makes room for edges. */
    public void expectEdges(int count) {
        if (!(edges instanceof ArrayList)) { // it has none, and no room
            edges = new ArrayList<>(count);
        }
    }

    /** Forgets its edges. */
    void end() {
        unread = null;
        edges = List.of();
    }

    /** Restores its edges as they were before they were lowered; it is not live then. */
    void startOver() {
        live = false;
        edges.forEach(Edge::startOver);
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
