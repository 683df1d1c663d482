package dev.orcinus.loader.pass;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Splits {@code .eh_frame} into a block for each record (LSB Core, "Exception Frames"), so that an
 * FDE lives as long as the code that it describes, and a CIE as long as one of its FDEs. Mirrors
 * LLVM's {@code EHFrameEdgeFixer}.
 */
public final class EhFrames {
    private static final int LENGTH_BYTES = 4;
    private static final int ID_BYTES = 4;
    private static final int PC_BEGIN = LENGTH_BYTES + ID_BYTES;
    private static final int EXTENDED_LENGTH = 0xffff_ffff;
    private static final MemorySegment TERMINATOR = MemorySegment.ofArray(new byte[LENGTH_BYTES]);

    private final LinkGraph graph;
    private final Architecture architecture;
    private final Section section;
    private final List<Block> records = new ArrayList<>();

    private EhFrames(LinkGraph graph, Architecture architecture) {
        this.graph = graph;
        this.architecture = architecture;
        this.section = graph.ehFrame();
    }

    /** Splits the graph's call frame information, if it has any. */
    public static void split(LinkGraph graph, Architecture architecture)
            throws MalformedObjectException {
        if (graph.ehFrame() != null) {
            new EhFrames(graph, architecture).split();
        }
    }

    private void split() throws MalformedObjectException {
        for (Block whole : section.blocks()) {
            new Splitter(whole).run();
        }
        Block terminator = section.newBlock(TERMINATOR.asReadOnly(), 1);
        graph.retained().add(terminator);
        records.add(terminator);
        section.setBlocks(records);
    }

    /** One section of the object. */
    private final class Splitter {
        private final Block whole;
        private final MemorySegment content;
        private final List<Edge> edges;
        private final Map<Long, Symbol> cies = new HashMap<>();
        private int nextEdge;

        Splitter(Block whole) {
            this.whole = whole;
            this.content = whole.content();
            this.edges = new ArrayList<>(whole.edges());
            edges.sort(Comparator.comparingInt(Edge::offset));
        }

        void run() throws MalformedObjectException {
            long at = 0;
            while (at < content.byteSize()) {
                long length = length(at);
                if (length == 0) {
                    at += LENGTH_BYTES;
                } else {
                    record(at, LENGTH_BYTES + length);
                    at += LENGTH_BYTES + length;
                }
            }
        }

        private int word(long offset) {
            return content.get(JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), offset);
        }

        private long length(long at) throws MalformedObjectException {
            if (content.byteSize() - at < LENGTH_BYTES) {
                throw malformed(at, "ends in the middle of a record's length");
            }
            int length = word(at);
            if (length == EXTENDED_LENGTH) {
                throw malformed(at, "has a record with a 64-bit length, which no unwinder reads");
            }
            long unsigned = Integer.toUnsignedLong(length);
            if (unsigned > content.byteSize() - at - LENGTH_BYTES
                    || (unsigned != 0 && unsigned < ID_BYTES)) {
                throw malformed(
                        at,
                        "has a record of 0x"
                                + Long.toHexString(unsigned)
                                + " bytes; 0x"
                                + Long.toHexString(content.byteSize() - at - LENGTH_BYTES)
                                + " are left");
            }
            return unsigned;
        }

        private void record(long at, long sizeBytes) throws MalformedObjectException {
            Block record = section.newBlock(content.asSlice(at, sizeBytes), 1);
            Symbol function = moveEdges(at, record);
            int cieDistance = word(at + LENGTH_BYTES);
            if (cieDistance == 0) {
                cies.put(at, graph.anonymous(record));
                records.add(record);
            } else if (function != null) {
                Symbol cie = cies.get(at + LENGTH_BYTES - Integer.toUnsignedLong(cieDistance));
                if (cie == null) {
                    throw malformed(at, "has an FDE whose CIE is not before it");
                }
                record.addEdge(architecture.negDelta32(), LENGTH_BYTES, cie, 0);
                if (function.isDefined()) {
                    function.block().addEdge(EdgeKind.KEEP_ALIVE, 0, graph.anonymous(record), 0);
                }
                records.add(record);
            }
        }

        /** Moves the edges inside a record to its block; answers the target of its first field. */
        private Symbol moveEdges(long at, Block record) {
            Symbol function = null;
            long end = at + record.sizeBytes();
            while (nextEdge < edges.size() && edges.get(nextEdge).offset() < end) {
                Edge edge = edges.get(nextEdge++);
                int offset = (int) (edge.offset() - at);
                if (offset >= 0) {
                    function = offset == PC_BEGIN ? edge.target() : function;
                    record.addEdge(edge.kind(), offset, edge.target(), edge.addend());
                }
            }
            return function;
        }

        private MalformedObjectException malformed(long at, String problem) {
            return new MalformedObjectException(
                    graph.name(), at, whole.section().name() + " " + problem);
        }
    }
}
