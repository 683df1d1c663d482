package dev.orcinus.loader.graph;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that stay together: a whole section, or a part of one that can live or die by itself.
 * Mirrors LLVM's {@code jitlink::Block}. Its content is the object's own, not to be written to,
 * until the linker copies it to where it will be fixed up.
 */
public final class Block {
    private final Section section;
    private final MemorySegment content;
    private final long sizeBytes;
    private long alignmentBytes;
    private List<Edge> edges = List.of();
    private long address;
    private boolean live;

    Block(Section section, MemorySegment content, long sizeBytes, long alignmentBytes) {
        this.section = section;
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.alignmentBytes = alignmentBytes;
    }

    /** The section that it belongs to. */
    public Section section() {
        return section;
    }

    /** Its bytes, read-only; empty if it is zero-filled. */
    public MemorySegment content() {
        return content;
    }

    /** Its length. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Whether it has no content and is filled with zeros. */
    public boolean isZeroFill() {
        return content.byteSize() == 0;
    }

    /** A power of two. */
    public long alignmentBytes() {
        return alignmentBytes;
    }

    /** Aligns it to at least that many bytes, a power of two. */
    public void raiseAlignment(long bytes) {
        alignmentBytes = Math.max(alignmentBytes, bytes);
    }

    /** Its edges, in the order in which they were added. */
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

    /** Puts other edges in place of its own. */
    public void setEdges(List<Edge> newEdges) {
        edges = newEdges;
    }

    /** Where it lies; 0 until the graph is laid out. */
    public ExecutorAddress address() {
        return new ExecutorAddress(address);
    }

    /** The 64 bits of {@link #address}. */
    public long addressValue() {
        return address;
    }

    /** Says where it lies. */
    public void setAddress(ExecutorAddress newAddress) {
        address = newAddress.value();
    }

    /** Whether dead-stripping keeps it. */
    public boolean isLive() {
        return live;
    }

    /** Says whether dead-stripping keeps it. */
    public void setLive(boolean isLive) {
        live = isLive;
    }
}
