package dev.orcinus.loader.graph;

/**
 * A reference from a place in a block to a symbol. Mirrors LLVM's {@code jitlink::Edge}. Lowering
 * changes it: a request for a GOT entry becomes an edge to that entry.
 */
public final class Edge {
    private final int offset;
    private final long addend;
    private final EdgeKind firstKind;
    private final Symbol firstTarget;
    private EdgeKind kind;
    private Symbol target;

    /**
     * Makes an edge.
     *
     * @param kind the kind of reference, which decides what is written
     * @param offset bytes from the start of the block
     * @param target the symbol that it refers to
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

    /** Returns the kind of reference, which decides what is written. */
    public EdgeKind kind() {
        return kind;
    }

    /** Returns its offset in bytes from the start of the block. */
    public int offset() {
        return offset;
    }

    /** Returns the symbol that it refers to. */
    public Symbol target() {
        return target;
    }

    /** Returns the number of bytes to add to the target's address. */
    public long addend() {
        return addend;
    }

    /** Returns the kind that it had before it was lowered. */
    public EdgeKind firstKind() {
        return firstKind;
    }

    /** Returns the symbol that it referred to before it was lowered. */
    public Symbol firstTarget() {
        return firstTarget;
    }

    /** Changes its kind and its target. */
    public void become(EdgeKind newKind, Symbol newTarget) {
        kind = newKind;
        target = newTarget;
    }

    /** Restores its first kind and target. */
    void startOver() {
        kind = firstKind;
        target = firstTarget;
    }
}
