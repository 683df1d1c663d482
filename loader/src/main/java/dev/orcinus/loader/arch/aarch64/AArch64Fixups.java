package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.loader.arch.FixupSite;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A writer of the edges of one block. */
final class AArch64Fixups {
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long IN_PAGE = 0xfff;

    private final LinkGraph graph;
    private final Block block;
    private final MemorySegment content;
    private final FixupSite site;

    AArch64Fixups(LinkGraph graph, Block block, MemorySegment content) {
        this.graph = graph;
        this.block = block;
        this.content = content;
        this.site = new FixupSite(graph, block, content);
    }

    void apply(Edge edge) {
        if (!(edge.kind() instanceof AArch64EdgeKind kind)) {
            return;
        }
        if (kind.isRequest()) {
            throw new AssertionError(kind + " has not been lowered");
        }
        if (kind == AArch64EdgeKind.TLS_DESCRIPTOR) {
            site.writeTlsDescriptor(edge);
        } else {
            long value = value(edge, kind);
            require(edge, kind.field(), value);
            write(edge.offset(), kind.field(), value);
        }
    }

    private long value(Edge edge, AArch64EdgeKind kind) {
        long fixup = block.addressValue() + edge.offset();
        long target = edge.target().addressValue() + edge.addend();
        return switch (kind.value()) {
            case ADDRESS, TLS_OFFSET -> target;
            case PAGE_OFFSET -> target & IN_PAGE;
            case DELTA -> target - fixup;
            case NEGATIVE_DELTA -> fixup - edge.target().addressValue() + edge.addend();
            case PAGE_DELTA -> page(target) - page(fixup);
            case FROM_GOT -> target - graph.gotBase().addressValue();
            case FROM_GOT_PAGE -> target - page(graph.gotBase().addressValue());
            case STUB_DELTA -> throughStub(edge, kind.field(), fixup);
            case TLS_MODULE -> site.tls(edge.target()).module();
            case THREAD_POINTER_OFFSET -> target + threadPointerOffset(edge);
            case THREAD_POINTER_PAGE_OFFSET -> (target + threadPointerOffset(edge)) & IN_PAGE;
            case TLS_DESCRIPTOR -> throw new AssertionError(kind);
        };
    }

    private static long page(long address) {
        return address & ~IN_PAGE;
    }

    /**
     * Returns the distance to the stub's destination if that is in reach, otherwise the distance to
     * the stub. A branch to a weak symbol that is not defined goes to the next instruction
     * (AAELF64, 5.7.5).
     */
    private static long throughStub(Edge edge, Field field, long fixup) {
        Edge way = Stubs.wayOf(edge.target());
        if (isMissing(way.target())) {
            return Integer.BYTES;
        }
        long direct = way.target().addressValue() + way.addend() - fixup;
        return field.isInRange(direct) ? direct : edge.target().addressValue() - fixup;
    }

    private static boolean isMissing(Symbol target) {
        return target.isExternal()
                && target.linkage() == Linkage.WEAK
                && target.addressValue() == 0;
    }

    private long threadPointerOffset(Edge edge) {
        return site.tls(edge.target()).threadPointerOffset();
    }

    private void write(int at, Field field, long value) {
        switch (field.form()) {
            case DATA64 -> content.set(U64, at, value);
            case DATA32 -> content.set(U32, at, (int) value);
            case DATA16 -> content.set(U16, at, (short) value);
            case WORDS -> throw new AssertionError(field);
            case MOVE,
                    MOVE_SIGNED,
                    ADR,
                    ADRP,
                    LITERAL,
                    ADD,
                    LOAD_STORE,
                    LOAD_TO_ADD,
                    TEST_BRANCH,
                    CONDITIONAL_BRANCH,
                    BRANCH ->
                    content.set(U32, at, field.encode(content.get(U32, at), value));
        }
    }

    private void require(Edge edge, Field field, long value) {
        if (!field.isInRange(value)) {
            throw site.outOfRange(edge, value, field.low(), field.high());
        }
        if (!field.isAligned(value)) {
            throw site.outOfRange(
                    edge, value, "it has to be a multiple of " + field.alignmentBytes());
        }
    }
}
