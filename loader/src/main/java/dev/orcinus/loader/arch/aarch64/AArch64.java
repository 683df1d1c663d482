package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** The AArch64 processor, little-endian. */
public final class AArch64 implements Architecture {
    private static final Map<String, CodeTemplate> COMPILER_FUNCTIONS = OutlineAtomics.all();

    @Override
    public String name() {
        return "aarch64";
    }

    @Override
    public EdgeKind pointer64() {
        return AArch64EdgeKind.POINTER64;
    }

    @Override
    public EdgeKind delta64() {
        return AArch64EdgeKind.DELTA64;
    }

    @Override
    public EdgeKind delta32() {
        return AArch64EdgeKind.DELTA32;
    }

    @Override
    public EdgeKind negDelta32() {
        return AArch64EdgeKind.NEG_DELTA32;
    }

    @Override
    public EdgeKind tlsDescriptor() {
        return AArch64EdgeKind.TLS_DESCRIPTOR;
    }

    @Override
    public boolean needsLowAddress(EdgeKind kind) {
        return kind == AArch64EdgeKind.POINTER32
                || kind == AArch64EdgeKind.MOVE_G1
                || kind == AArch64EdgeKind.MOVE_SIGNED_G1;
    }

    @Override
    public boolean reachesNearOnly(EdgeKind kind) {
        return needsLowAddress(kind)
                || kind == AArch64EdgeKind.PAGE21
                || kind == AArch64EdgeKind.DELTA32
                || kind == AArch64EdgeKind.NEG_DELTA32;
    }

    /** Returns whether the kind is of the tiny code model, whose references reach 1 MiB. */
    @Override
    public boolean needsCloseSegments(EdgeKind kind) {
        return kind instanceof AArch64EdgeKind edge
                && (edge.granted() == AArch64EdgeKind.LITERAL19
                        || edge.granted() == AArch64EdgeKind.ADR21);
    }

    @Override
    public void lower(LinkGraph graph, Reach reach) {
        new AArch64Lowering(graph, reach).run();
    }

    @Override
    public void fixUp(LinkGraph graph, Block block, MemorySegment content) {
        AArch64Fixups fixups = new AArch64Fixups(graph, block, content);
        for (Edge edge : block.edges()) {
            fixups.apply(edge);
        }
    }

    @Override
    public CodeTemplate resolveIndirect() {
        return AArch64Code.RESOLVE_INDIRECT;
    }

    @Override
    public CodeTemplate enterPieces() {
        return AArch64Pieces.ENTER;
    }

    @Override
    public CodeTemplate leavePieces(MemorySegment function) {
        return AArch64Pieces.leave(function);
    }

    @Override
    public boolean isEndOfPieces(MemorySegment code) {
        return AArch64Pieces.isEnd(code);
    }

    @Override
    public CodeTemplate jumpThroughSlot() {
        return AArch64Code.JUMP_THROUGH_SLOT;
    }

    @Override
    public CodeTemplate atExit() {
        return AArch64Code.AT_EXIT;
    }

    @Override
    public CodeTemplate doNothing() {
        return AArch64Code.DO_NOTHING;
    }

    @Override
    public CodeTemplate atQuickExit() {
        return AArch64Code.AT_QUICK_EXIT;
    }

    @Override
    public CodeTemplate atFork() {
        return AArch64Code.AT_FORK;
    }

    @Override
    public CodeTemplate threadAtExit() {
        return AArch64Code.THREAD_AT_EXIT;
    }

    @Override
    public CodeTemplate runAtExits() {
        return AArch64Code.RUN_AT_EXITS;
    }

    @Override
    public Map<String, CodeTemplate> compilerFunctions() {
        return COMPILER_FUNCTIONS;
    }
}
