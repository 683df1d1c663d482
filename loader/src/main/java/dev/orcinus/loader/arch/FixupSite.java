package dev.orcinus.loader.arch;

import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A block whose edges are written: what does not depend on the processor.
 *
 * @param content the block's bytes, where they are to be changed
 */
public record FixupSite(LinkGraph graph, Block block, MemorySegment content) {
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The block of thread-local storage that a target lies in. */
    public TlsBlock tls(Symbol target) {
        return target.isExternal() ? target.tls() : graph.tls();
    }

    /** Writes the two words of a TLS descriptor. */
    public void writeTlsDescriptor(Edge edge) {
        Symbol target = edge.target();
        TlsBlock.Descriptor descriptor = tls(target).descriptors().get(target.addressValue());
        if (descriptor == null) {
            throw new AssertionError("no TLS descriptor for " + target);
        }
        content.set(U64, edge.offset(), descriptor.function());
        content.set(U64, edge.offset() + 8L, descriptor.argument());
    }

    /**
     * A value that does not fit.
     *
     * @param limits what would, as a clause of the message
     */
    public RelocationRangeException outOfRange(Edge edge, long value, String limits) {
        String place =
                "%s: %s+0x%x: %s to %s (%s%s) from %s"
                        .formatted(
                                graph.name(),
                                block.section().name(),
                                edge.offset(),
                                edge.kind().name(),
                                edge.target(),
                                edge.target().address(),
                                signedHex(edge.addend()),
                                block.address().plus(edge.offset()));
        String advice =
                edge.target().isExternal() ? "; code compiled with -fPIC reaches everything" : "";
        return new RelocationRangeException(place, value, limits + advice);
    }

    /** A value that does not lie between two limits. */
    public RelocationRangeException outOfRange(Edge edge, long value, long low, long high) {
        return outOfRange(edge, value, "the limits are " + hex(low) + " and " + hex(high));
    }

    private static String hex(long value) {
        return (value < 0 ? "-0x" : "0x") + Long.toHexString(Math.abs(value));
    }

    private static String signedHex(long value) {
        return (value < 0 ? " - 0x" : " + 0x") + Long.toHexString(Math.abs(value));
    }
}
