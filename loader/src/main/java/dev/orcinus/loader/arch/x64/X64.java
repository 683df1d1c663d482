package dev.orcinus.loader.arch.x64;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;

/** The x86-64 processor. */
public final class X64 implements Architecture {
    @Override
    public String name() {
        return "x86_64";
    }

    @Override
    public EdgeKind pointer64() {
        return X64EdgeKind.POINTER64;
    }

    @Override
    public EdgeKind delta64() {
        return X64EdgeKind.DELTA64;
    }

    @Override
    public EdgeKind delta32() {
        return X64EdgeKind.DELTA32;
    }

    @Override
    public EdgeKind negDelta32() {
        return X64EdgeKind.NEG_DELTA32;
    }

    @Override
    public EdgeKind tlsDescriptor() {
        return X64EdgeKind.TLS_DESCRIPTOR;
    }

    @Override
    public boolean needsLowAddress(EdgeKind kind) {
        return kind == X64EdgeKind.POINTER32 || kind == X64EdgeKind.POINTER32_SIGNED;
    }

    @Override
    public boolean reachesNearOnly(EdgeKind kind) {
        return kind instanceof X64EdgeKind edge && edge.isShortReference();
    }

    @Override
    public void lower(LinkGraph graph, Reach reach) {
        new X64Lowering(graph, reach).run();
    }

    @Override
    public void fixUp(LinkGraph graph, Block block, MemorySegment content) {
        X64Fixups fixups = new X64Fixups(graph, block, content);
        for (Edge edge : block.edges()) {
            fixups.apply(edge);
        }
    }

    @Override
    public CodeTemplate resolveIndirect() {
        return X64Code.RESOLVE_INDIRECT;
    }

    @Override
    public CodeTemplate atExit() {
        return X64Code.AT_EXIT;
    }

    @Override
    public CodeTemplate doNothing() {
        return X64Code.DO_NOTHING;
    }

    @Override
    public CodeTemplate atQuickExit() {
        return X64Code.AT_QUICK_EXIT;
    }

    @Override
    public CodeTemplate atFork() {
        return X64Code.AT_FORK;
    }

    @Override
    public CodeTemplate threadAtExit() {
        return X64Code.THREAD_AT_EXIT;
    }

    @Override
    public CodeTemplate runAtExits() {
        return X64Code.RUN_AT_EXITS;
    }

    @Override
    public CodeTemplate enterPieces() {
        return X64Pieces.ENTER;
    }

    @Override
    public CodeTemplate leavePieces(MemorySegment function) {
        return X64Pieces.LEAVE;
    }

    @Override
    public boolean isEndOfPieces(MemorySegment code) {
        return code.mismatch(X64Pieces.LEAVE.bytes()) < 0;
    }

    @Override
    public CodeTemplate jumpThroughSlot() {
        return X64Code.JUMP_THROUGH_SLOT;
    }
}
