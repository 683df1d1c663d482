package dev.orcinus.loader.arch;

import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A block whose edges are written. This class has the part that all processors share.
 *
 * @param content the block's bytes, which are changed in place
 */
public record FixupSite(LinkGraph graph, Block block, MemorySegment content) {
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Returns the block of thread-local storage that a target lies in. */
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
     * Returns an exception for a value that does not fit.
     *
     * @param limits a description of the values that fit, as a clause of the message
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
        return new RelocationRangeException(place, value, limits + advice(edge.target()));
    }

    private static String advice(Symbol target) {
        if (target.isExternal()) {
            return "; code compiled with -fPIC reaches everything";
        }
        return target.isDefined() && target.block().section().use() == Section.Use.LARGE
                ? "; code compiled with -mcmodel=medium or -mcmodel=large reaches large arrays"
                : "";
    }

    /** Returns an exception for a value that does not lie between two limits. */
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
