package dev.orcinus.loader.arch.x64;

import static dev.orcinus.loader.arch.x64.X64EdgeKind.*;

import dev.orcinus.loader.arch.EntryKind;
import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.arch.Reach;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A pass that makes the requested GOT entries, stubs and TLS entries of a graph. If a target will
 * be near, its instruction is relaxed instead (AMD64 supplement, B.2 "Optimize GOTPCRELX
 * Relocations"), and needs no entry.
 */
final class X64Lowering {
    /** The addend of a relaxed instruction, whose last four bytes are its displacement. */
    private static final long TO_END_OF_INSTRUCTION = -4;

    private static final int OPERAND_SIZE_PREFIX = 0x66;
    private static final int REX = 0x40;
    private static final int OPCODE_MOV = 0x8b;
    private static final int OPCODE_GROUP5 = 0xff;
    private static final int MODRM_CALL_RIP = 0x15;
    private static final int MODRM_JMP_RIP = 0x25;
    private static final int MODRM_ADDRESS = 0xc7;
    private static final int MODRM_RIP = 0x05;

    private static final GotBuilder.Words WORDS =
            new GotBuilder.Words(
                    POINTER64,
                    TLS_MODULE64,
                    TLS_OFFSET64,
                    TLS_THREAD_POINTER_OFFSET64,
                    TLS_DESCRIPTOR);

    private final LinkGraph graph;
    private final Reach reach;
    private final GotBuilder got;

    X64Lowering(LinkGraph graph, Reach reach) {
        this.graph = graph;
        this.reach = reach;
        this.got = new GotBuilder(graph, WORDS, X64Code.JUMP_THROUGH_SLOT);
    }

    void run() {
        for (Section section : List.copyOf(graph.sections())) {
            for (Block block : List.copyOf(section.blocks())) {
                for (Edge edge : block.edges()) {
                    if (edge.kind() instanceof X64EdgeKind kind && kind.entry() != null) {
                        lower(block, edge, kind);
                    }
                }
            }
        }
    }

    private void lower(Block block, Edge edge, X64EdgeKind kind) {
        if (kind.isRelaxable()) {
            relax(block, edge, kind);
        } else if (kind.entry() == EntryKind.STUB && reach.isNear(edge.target())) {
            edge.become(kind.granted(), edge.target());
        } else {
            edge.become(kind.granted(), got.entry(kind.entry(), edge.target()));
        }
    }

    private void relax(Block block, Edge edge, X64EdgeKind kind) {
        Symbol target = edge.target();
        X64EdgeKind relaxed = DELTA32;
        if (edge.addend() == TO_END_OF_INSTRUCTION && edge.offset() >= 2 && reach.isNear(target)) {
            relaxed = relaxed(block.content(), edge.offset(), kind);
        }
        edge.become(relaxed, relaxed == DELTA32 ? got.pointerTo(target) : target);
    }

    /**
     * Returns the kind for an instruction that needs no GOT entry, or {@code DELTA32} if it needs
     * one.
     */
    private static X64EdgeKind relaxed(MemorySegment content, int offset, X64EdgeKind kind) {
        int opcode = content.get(ValueLayout.JAVA_BYTE, offset - 2L) & 0xff;
        int modRm = content.get(ValueLayout.JAVA_BYTE, offset - 1L) & 0xff;
        if (opcode == OPCODE_MOV && (modRm & MODRM_ADDRESS) == MODRM_RIP) {
            return LEA_DELTA32;
        }
        if (opcode != OPCODE_GROUP5
                || kind == REQUEST_GOT_DELTA32_REX_RELAXABLE
                || mayHaveOperandSizePrefix(content, offset - 2L)) {
            return DELTA32;
        }
        return switch (modRm) {
            case MODRM_CALL_RIP -> CALL_DELTA32;
            case MODRM_JMP_RIP -> JUMP_DELTA32;
            default -> DELTA32;
        };
    }

    /**
     * Returns whether an operand-size prefix may belong to the instruction. AMD's processors decode
     * a direct call or jump with that prefix as a 16-bit one, unless a REX.W prefix directly
     * precedes the opcode; in {@code addr32 call} the address-size prefix would stand between them.
     * So {@code data16 rex.W call *__tls_get_addr@GOTPCREL(%rip)} keeps its entry, although lld and
     * ld relax it (in a program they replace the whole sequence, and in a library they reach the
     * function through its entry). These bytes may also be the end of the instruction before, so
     * they must not be moved. Keeping the entry is always correct.
     */
    private static boolean mayHaveOperandSizePrefix(MemorySegment content, long opcodeOffset) {
        for (long at = opcodeOffset - 1; at >= 0; at--) {
            int prefix = content.get(ValueLayout.JAVA_BYTE, at) & 0xff;
            if (prefix == OPERAND_SIZE_PREFIX) {
                return true;
            }
            if (!isOtherPrefix(prefix)) {
                return false;
            }
        }
        return false;
    }

    /**
     * Returns whether a byte is REX or one of the prefixes that precede it in any order (AMD64
     * manual, volume 3, 1.2).
     */
    private static boolean isOtherPrefix(int value) {
        return switch (value) {
            case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x67, 0xf0, 0xf2, 0xf3 -> true;
            default -> (value & 0xf0) == REX;
        };
    }
}
