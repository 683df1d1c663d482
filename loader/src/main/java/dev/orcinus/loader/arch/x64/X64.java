package dev.orcinus.loader.arch.x64;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** x86-64. */
public final class X64 implements Architecture {
    private static final CodeTemplate RESOLVE_INDIRECT =
            new CodeTemplate(
                    MemorySegment.ofArray(
                                    new byte[] {
                                        0x48,
                                        (byte) 0x83,
                                        (byte) 0xec,
                                        0x08, // sub $8, %rsp
                                        (byte) 0xe8,
                                        0,
                                        0,
                                        0,
                                        0, // call resolver
                                        0x48,
                                        (byte) 0x89,
                                        0x05,
                                        0,
                                        0,
                                        0,
                                        0, // mov %rax, slot
                                        0x48,
                                        (byte) 0x83,
                                        (byte) 0xc4,
                                        0x08, // add $8, %rsp
                                        0x31,
                                        (byte) 0xc0, // xor %eax, %eax: no error,
                                        (byte) 0xba,
                                        1,
                                        0,
                                        0,
                                        0, // mov $1, %edx: in one byte
                                        (byte) 0xc3 // ret
                                    })
                            .asReadOnly(),
                    16,
                    List.of(
                            new CodeTemplate.Slot(0, X64EdgeKind.DELTA32, 5, -4),
                            new CodeTemplate.Slot(1, X64EdgeKind.DELTA32, 12, -4)));

    private static final CodeTemplate AT_EXIT =
            new CodeTemplate(
                    MemorySegment.ofArray(
                                    new byte[] {
                                        0x31,
                                        (byte) 0xf6, // xor %esi, %esi
                                        0x48,
                                        (byte) 0x8d,
                                        0x15,
                                        0,
                                        0,
                                        0,
                                        0, // lea dso, %rdx
                                        (byte) 0xe9,
                                        0,
                                        0,
                                        0,
                                        0 // jmp __cxa_atexit
                                    })
                            .asReadOnly(),
                    16,
                    List.of(
                            new CodeTemplate.Slot(0, X64EdgeKind.DELTA32, 5, -4),
                            new CodeTemplate.Slot(1, X64EdgeKind.BRANCH32, 10, -4)));

    private static final CodeTemplate RUN_AT_EXITS =
            new CodeTemplate(
                    MemorySegment.ofArray(
                                    new byte[] {
                                        0x48,
                                        (byte) 0x8d,
                                        0x3d,
                                        0,
                                        0,
                                        0,
                                        0, // lea dso, %rdi
                                        (byte) 0xe9,
                                        0,
                                        0,
                                        0,
                                        0 // jmp __cxa_finalize
                                    })
                            .asReadOnly(),
                    16,
                    List.of(
                            new CodeTemplate.Slot(0, X64EdgeKind.DELTA32, 3, -4),
                            new CodeTemplate.Slot(1, X64EdgeKind.BRANCH32, 8, -4)));

    @Override
    public String name() {
        return "x86_64";
    }

    @Override
    public EdgeKind pointer64() {
        return X64EdgeKind.POINTER64;
    }

    @Override
    public EdgeKind negDelta32() {
        return X64EdgeKind.NEG_DELTA32;
    }

    @Override
    public boolean needsLowAddress(EdgeKind kind) {
        return kind == X64EdgeKind.POINTER32 || kind == X64EdgeKind.POINTER32_SIGNED;
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
        return RESOLVE_INDIRECT;
    }

    @Override
    public CodeTemplate atExit() {
        return AT_EXIT;
    }

    @Override
    public CodeTemplate runAtExits() {
        return RUN_AT_EXITS;
    }

    @Override
    public CodeTemplate jumpThroughSlot() {
        return X64Lowering.STUB;
    }
}
