package dev.orcinus.loader.arch.x64;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.arch.FixupSite;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Writes edges into bytes. */
final class X64Fixups {
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final byte LEA = (byte) 0x8d;
    private static final byte ADDRESS_SIZE_PREFIX = 0x67;
    private static final byte CALL_REL32 = (byte) 0xe8;
    private static final byte JMP_REL32 = (byte) 0xe9;
    private static final byte NOP = (byte) 0x90;

    private final LinkGraph graph;
    private final Block block;
    private final MemorySegment content;
    private final FixupSite site;

    X64Fixups(LinkGraph graph, Block block, MemorySegment content) {
        this.graph = graph;
        this.block = block;
        this.content = content;
        this.site = new FixupSite(graph, block, content);
    }

    void apply(Edge edge) {
        if (!(edge.kind() instanceof X64EdgeKind kind)) {
            return;
        }
        int at = edge.offset();
        long fixup = block.addressValue() + at;
        long value = edge.target().addressValue() + edge.addend();
        switch (kind) {
            case POINTER64 -> content.set(U64, at, value);
            case POINTER32 -> content.set(U32, at, unsigned(edge, value, 32));
            case POINTER32_SIGNED -> content.set(U32, at, signed(edge, value, 32));
            case POINTER16 -> content.set(U16, at, (short) either(edge, value, 16));
            case POINTER8 -> content.set(JAVA_BYTE, at, (byte) either(edge, value, 8));
            case DELTA64 -> content.set(U64, at, value - fixup);
            case DELTA32, BRANCH32 -> content.set(U32, at, signed(edge, value - fixup, 32));
            case DELTA16 -> content.set(U16, at, (short) signed(edge, value - fixup, 16));
            case DELTA8 -> content.set(JAVA_BYTE, at, (byte) signed(edge, value - fixup, 8));
            case NEG_DELTA32 -> {
                long delta = fixup - edge.target().addressValue() + edge.addend();
                content.set(U32, at, signed(edge, delta, 32));
            }
            case SIZE32 -> content.set(U32, at, unsigned(edge, size(edge), 32));
            case SIZE64 -> content.set(U64, at, size(edge));
            case DELTA64_FROM_GOT -> content.set(U64, at, value - gotBase());
            case DELTA32_FROM_GOT -> content.set(U32, at, signed(edge, value - gotBase(), 32));
            case LEA_DELTA32 -> {
                content.set(JAVA_BYTE, at - 2L, LEA);
                content.set(U32, at, signed(edge, value - fixup, 32));
            }
            case CALL_DELTA32 -> {
                content.set(JAVA_BYTE, at - 2L, ADDRESS_SIZE_PREFIX);
                content.set(JAVA_BYTE, at - 1L, CALL_REL32);
                content.set(U32, at, signed(edge, value - fixup, 32));
            }
            case JUMP_DELTA32 -> {
                content.set(JAVA_BYTE, at - 2L, JMP_REL32);
                content.set(U32, at - 1L, signed(edge, value - fixup + 1, 32));
                content.set(JAVA_BYTE, at + 3L, NOP);
            }
            case TLS_MODULE64 -> content.set(U64, at, site.tls(edge.target()).module());
            case TLS_OFFSET64 -> content.set(U64, at, value);
            case TLS_OFFSET32 -> content.set(U32, at, signed(edge, value, 32));
            case TLS_THREAD_POINTER_OFFSET64 ->
                    content.set(U64, at, value + site.tls(edge.target()).threadPointerOffset());
            case TLS_THREAD_POINTER_OFFSET32 -> {
                long offset = value + site.tls(edge.target()).threadPointerOffset();
                content.set(U32, at, signed(edge, offset, 32));
            }
            case TLS_DESCRIPTOR -> site.writeTlsDescriptor(edge);
            case REQUEST_GOT_DELTA32,
                    REQUEST_GOT_DELTA32_RELAXABLE,
                    REQUEST_GOT_DELTA32_REX_RELAXABLE,
                    REQUEST_GOT_DELTA64,
                    REQUEST_GOT_OFFSET64,
                    REQUEST_GOT_OFFSET32,
                    REQUEST_BRANCH_OFFSET64,
                    REQUEST_TLS_PAIR_DELTA32,
                    REQUEST_TLS_BLOCK_DELTA32,
                    REQUEST_TLS_INITIAL_EXEC_DELTA32,
                    REQUEST_TLS_DESCRIPTOR_DELTA32 ->
                    throw new AssertionError(kind + " has not been lowered");
        }
    }

    private static long size(Edge edge) {
        return edge.target().sizeBytes() + edge.addend();
    }

    private long gotBase() {
        return graph.gotBase().addressValue();
    }

    private int signed(Edge edge, long value, int bits) {
        long limit = 1L << (bits - 1);
        if (value < -limit || value >= limit) {
            throw outOfRange(edge, value, "the limits are -0x%x and 0x%x", limit, limit - 1);
        }
        return (int) value;
    }

    private int unsigned(Edge edge, long value, int bits) {
        long limit = 1L << bits;
        if (value < 0 || value >= limit) {
            throw outOfRange(edge, value, "the limits are 0x%x and 0x%x", 0, limit - 1);
        }
        return (int) value;
    }

    /** Assemblers write {@code .byte -1} and {@code .byte 255} alike. */
    private int either(Edge edge, long value, int bits) {
        long low = 1L << (bits - 1);
        long high = (1L << bits) - 1;
        if (value < -low || value > high) {
            throw outOfRange(edge, value, "the limits are -0x%x and 0x%x", low, high);
        }
        return (int) value;
    }

    private RelocationRangeException outOfRange(
            Edge edge, long value, String limits, long low, long high) {
        return site.outOfRange(edge, value, limits.formatted(low, high));
    }
}
