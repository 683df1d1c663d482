package dev.orcinus.loader.graph;

/**
 * A reference from a place in a block to a symbol. Mirrors LLVM's {@code jitlink::Edge}. Passes
 * lower it: a request for a GOT entry becomes an edge to that entry.
 */
public final class Edge {
    private final int offset;
    private final long addend;
    private final EdgeKind firstKind;
    private final Symbol firstTarget;
    private EdgeKind kind;
    private Symbol target;

    /**
     * An edge.
     *
     * @param kind what to write
     * @param offset bytes from the start of the block
     * @param target what to refer to
     * @param addend bytes to add to the target's address
     */
    public Edge(EdgeKind kind, int offset, Symbol target, long addend) {
        this.kind = kind;
        this.offset = offset;
        this.target = target;
        this.addend = addend;
        this.firstKind = kind;
        this.firstTarget = target;
    }

    /** What to write. */
    public EdgeKind kind() {
        return kind;
    }

    /** Bytes from the start of the block. */
    public int offset() {
        return offset;
    }

    /** What it refers to. */
    public Symbol target() {
        return target;
    }

    /** Bytes to add to the target's address. */
    public long addend() {
        return addend;
    }

    /** Makes another kind of reference to another symbol of it. */
    public void become(EdgeKind newKind, Symbol newTarget) {
        kind = newKind;
        target = newTarget;
    }

    /** Makes it what it was at first. */
    void startOver() {
        kind = firstKind;
        target = firstTarget;
    }
}
