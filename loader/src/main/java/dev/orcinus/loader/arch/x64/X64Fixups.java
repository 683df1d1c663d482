package dev.orcinus.loader.arch.x64;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.arch.FixupSite;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A writer of the edges of one block. */
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
        if (kind.value() == null) {
            throw new AssertionError(kind + " has not been lowered");
        }
        if (kind == X64EdgeKind.TLS_DESCRIPTOR) {
            site.writeTlsDescriptor(edge);
        } else {
            long value = value(edge, kind.value());
            if (!kind.field().isInRange(value)) {
                throw site.outOfRange(edge, value, kind.field().low(), kind.field().high());
            }
            write(edge.offset(), kind.field().form(), value);
        }
    }

    private long value(Edge edge, X64Value value) {
        long fixup = block.addressValue() + edge.offset();
        long target = edge.target().addressValue() + edge.addend();
        return switch (value) {
            case ADDRESS, TLS_OFFSET, OWN_TLS_OFFSET -> target;
            case DELTA -> target - fixup;
            case NEGATIVE_DELTA -> fixup - edge.target().addressValue() + edge.addend();
            case DELTA_OF_JUMP -> target - (fixup - 1);
            case SIZE -> edge.target().sizeBytes() + edge.addend();
            case FROM_GOT -> target - graph.gotBase().addressValue();
            case TLS_MODULE -> site.tls(edge.target()).module();
            case THREAD_POINTER_OFFSET -> target + site.tls(edge.target()).threadPointerOffset();
            case TLS_DESCRIPTOR -> throw new AssertionError(edge);
        };
    }

    private void write(int at, X64Field.Form form, long value) {
        switch (form) {
            case DATA64 -> content.set(U64, at, value);
            case DATA32 -> content.set(U32, at, (int) value);
            case DATA16 -> content.set(U16, at, (short) value);
            case DATA8 -> content.set(JAVA_BYTE, at, (byte) value);
            case MOV_TO_LEA -> {
                content.set(JAVA_BYTE, at - 2L, LEA);
                content.set(U32, at, (int) value);
            }
            case CALL -> {
                content.set(JAVA_BYTE, at - 2L, ADDRESS_SIZE_PREFIX);
                content.set(JAVA_BYTE, at - 1L, CALL_REL32);
                content.set(U32, at, (int) value);
            }
            case JUMP -> {
                content.set(JAVA_BYTE, at - 2L, JMP_REL32);
                content.set(U32, at - 1L, (int) value);
                content.set(JAVA_BYTE, at + 3L, NOP);
            }
            case WORDS -> throw new AssertionError(form);
        }
    }
}
