package dev.orcinus.loader.format.macho.unwind;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An entry of {@code __compact_unwind}: the description of a function's frame ({@code
 * <mach-o/compact_unwind_encoding.h>}, "Relocatable Object Files").
 *
 * @param offset the place of the entry in the object's address space, for messages
 * @param function the start of the function
 * @param sizeBytes the length of the function
 * @param encoding the description, in the form of its processor
 * @param personality the function that unwinders call for frames of this function, or null
 * @param lsda the function's data for its personality, or null
 */
record UnwindEntry(
        long offset, Place function, long sizeBytes, int encoding, Place personality, Place lsda) {
    /** The length of an entry. */
    static final int BYTES = 32;

    private static final ValueLayout.OfInt U32 =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FUNCTION = 0;
    private static final int SIZE = 8;
    private static final int ENCODING = 12;
    private static final int PERSONALITY = 16;
    private static final int LSDA = 24;

    /**
     * A place in the object.
     *
     * @param symbol a symbol
     * @param addend the distance from the symbol, in bytes
     */
    record Place(Symbol symbol, long addend) {
        long offset() {
            return symbol.offset() + addend;
        }
    }

    /**
     * Reads an entry.
     *
     * @param block the entry, whose pointers are edges
     */
    static UnwindEntry read(LinkGraph graph, Block block) {
        if (block.isZeroFill()) {
            throw malformed(graph, block.addressValue(), "is zero-filled");
        }
        if (block.sizeBytes() != BYTES) {
            throw malformed(
                    graph,
                    block.addressValue(),
                    "ends with 0x%x bytes; entries take 0x20".formatted(block.sizeBytes()));
        }
        Place function = place(block, FUNCTION);
        if (function == null || !isInBlock(function)) {
            throw malformed(graph, block.addressValue(), "has an entry without a function");
        }
        return new UnwindEntry(
                block.addressValue(),
                function,
                Integer.toUnsignedLong(block.content().get(U32, SIZE)),
                block.content().get(U32, ENCODING),
                place(block, PERSONALITY),
                place(block, LSDA));
    }

    private static Place place(Block block, int offset) {
        for (Edge edge : block.edges()) {
            if (edge.offset() == offset) {
                return new Place(edge.target(), edge.addend());
            }
        }
        return null;
    }

    private static boolean isInBlock(Place function) {
        return function.symbol().isDefined()
                && function.offset() >= 0
                && function.offset() < function.symbol().block().sizeBytes();
    }

    static MalformedObjectException malformed(LinkGraph graph, long offset, String problem) {
        return new MalformedObjectException(graph.name(), offset, "__compact_unwind " + problem);
    }

    /** Returns the instructions of the function. */
    MemorySegment code() {
        Block block = function.symbol().block();
        if (block.isZeroFill()) {
            return MemorySegment.NULL;
        }
        long left = block.sizeBytes() - function.offset();
        return block.content().asSlice(function.offset(), Math.min(sizeBytes, left));
    }
}
