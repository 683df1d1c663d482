package dev.orcinus.loader.pass;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass that splits call frame information into one block for each record (LSB Core, "Exception
 * Frames"). Then an FDE is kept if the code that it describes is kept, and a CIE is kept if one of
 * its FDEs is. Where an assembler has computed the distance from an FDE to its function or to its
 * language-specific data, and made no relocation, the pass adds the edge. Mirrors LLVM's {@code
 * EHFrameEdgeFixer}.
 */
public final class EhFrames {
    private static final int LENGTH_BYTES = 4;
    private static final int ID_BYTES = 4;
    static final int PC_BEGIN = LENGTH_BYTES + ID_BYTES;
    private static final int EXTENDED_LENGTH = 0xffff_ffff;
    private static final int FIRST_RECORDS = 16;
    private static final MemorySegment TERMINATOR = MemorySegment.ofArray(new byte[LENGTH_BYTES]);

    private final LinkGraph graph;
    private final Architecture architecture;
    private final BlocksByAddress places;
    private final Section section;
    private final List<Block> records = new ArrayList<>();

    private EhFrames(LinkGraph graph, Architecture architecture, BlocksByAddress places) {
        this.graph = graph;
        this.architecture = architecture;
        this.places = places;
        this.section = graph.ehFrame();
    }

    /** Splits the graph's call frame information, if it has any. */
    public static void split(LinkGraph graph, Architecture architecture) {
        split(graph, architecture, null);
    }

    /**
     * Splits the graph's call frame information, if it has any.
     *
     * @param places the blocks that distances without relocations lead to; null if each pointer has
     *     a relocation
     */
    public static void split(LinkGraph graph, Architecture architecture, BlocksByAddress places) {
        if (graph.ehFrame() != null) {
            new EhFrames(graph, architecture, places).split();
        }
    }

    private void split() {
        Map<Block, List<Symbol>> symbols = symbols();
        Block terminator = terminator(graph);
        for (Block whole : section.blocks()) {
            Splitter splitter = new Splitter(whole);
            splitter.run();
            for (Symbol symbol : symbols.getOrDefault(whole, List.of())) {
                splitter.move(symbol, terminator);
            }
        }
        records.add(terminator);
        section.setBlocks(records);
    }

    /** Returns a new end of call frame information, which is always kept. */
    static Block terminator(LinkGraph graph) {
        Block terminator = graph.ehFrame().newBlock(TERMINATOR.asReadOnly(), 1);
        graph.retained().add(terminator);
        return terminator;
    }

    private Map<Block, List<Symbol>> symbols() {
        Map<Block, List<Symbol>> symbols = new HashMap<>();
        for (Symbol symbol : graph.symbols()) {
            if (symbol.isDefined() && symbol.block().section() == section) {
                symbols.computeIfAbsent(symbol.block(), _ -> new ArrayList<>()).add(symbol);
            }
        }
        return symbols;
    }

    /** The splitter of one section of the object. */
    private final class Splitter {
        private final Block whole;
        private final MemorySegment content;
        private final byte[] bytes;
        private final List<Edge> edges;
        private final Map<Long, CommonInformation> cies = new HashMap<>();
        private final int firstKept = records.size();

        /** Where in the section the records start that have been kept, in their order. */
        private long[] kept = new long[FIRST_RECORDS];

        private int nextEdge;

        Splitter(Block whole) {
            this.whole = whole;
            this.content = whole.content();
            this.bytes = content.toArray(JAVA_BYTE);
            this.edges = new ArrayList<>(whole.edges());
            edges.sort((one, other) -> Integer.compare(one.offset(), other.offset()));
        }

        void run() {
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
            int at = (int) offset;
            return (bytes[at] & 0xff)
                    | ((bytes[at + 1] & 0xff) << 8)
                    | ((bytes[at + 2] & 0xff) << 16)
                    | (bytes[at + 3] << 24);
        }

        private long longWord(long offset) {
            return Integer.toUnsignedLong(word(offset))
                    | (long) word(offset + Integer.BYTES) << Integer.SIZE;
        }

        private long length(long at) {
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

        private void record(long at, long sizeBytes) {
            Block record = section.newBlock(content.asSlice(at, sizeBytes), 1);
            Edge function = moveEdges(at, record);
            int cieDistance = word(at + LENGTH_BYTES);
            try {
                if (cieDistance == 0) {
                    Symbol cie = graph.anonymous(record);
                    cies.put(at, CommonInformation.of(cie, record.content()));
                    keep(at, record);
                } else if (function != null || places != null) {
                    CommonInformation cie = cie(at, record, Integer.toUnsignedLong(cieDistance));
                    describe(function, at, record, cie);
                }
            } catch (CommonInformation.BadRecordException e) {
                throw malformed(at, e.getMessage());
            }
        }

        private CommonInformation cie(long at, Block record, long cieDistance)
                throws MalformedObjectException, CommonInformation.BadRecordException {
            CommonInformation cie = cies.get(at + LENGTH_BYTES - cieDistance);
            if (cie == null) {
                throw malformed(at, "has an FDE whose CIE is not before it");
            }
            cie.check(record.content());
            return cie;
        }

        /**
         * Connects an FDE with its function and its CIE. An FDE that describes no function is
         * dropped.
         *
         * @param relocated the edge to the function, or null if there is no relocation for it
         */
        private void describe(Edge relocated, long at, Block record, CommonInformation cie)
                throws CommonInformation.BadRecordException {
            Edge function =
                    relocated == null
                            ? addEdge(at, record, PC_BEGIN, cie.pointerBytes(), cie.isRelative())
                            : relocated;
            if (function == null) {
                return;
            }
            if (function.kind().sizeBytes() != cie.pointerBytes()) {
                throw malformed(
                        at,
                        "has an FDE with a pointer of "
                                + cie.pointerBytes()
                                + " bytes, and "
                                + function.kind().name()
                                + " for it");
            }
            record.addEdge(architecture.negDelta32(), LENGTH_BYTES, cie.symbol(), 0);
            addLanguageData(at, record, cie);
            if (function.target().isDefined()) {
                Symbol fde = graph.anonymous(record);
                function.target().block().addEdge(EdgeKind.KEEP_ALIVE, 0, fde, 0);
            }
            keep(at, record);
        }

        private void addLanguageData(long at, Block record, CommonInformation cie)
                throws CommonInformation.BadRecordException {
            int offset = places == null ? 0 : cie.languageData(record.content());
            if (offset != 0 && !hasEdge(record, offset)) {
                addEdge(at, record, offset, cie.languageBytes(), true);
            }
        }

        private static boolean hasEdge(Block record, int offset) {
            for (Edge edge : record.edges()) {
                if (edge.offset() == offset) {
                    return true;
                }
            }
            return false;
        }

        /**
         * Adds an edge for a distance that stands in a field without a relocation, and returns it.
         * Returns null if there is none: 0 stands for no pointer.
         */
        private Edge addEdge(long at, Block record, int offset, int sizeBytes, boolean isRelative) {
            boolean isLong = sizeBytes == Long.BYTES;
            long distance = isLong ? longWord(at + offset) : word(at + offset);
            long address = whole.addressValue() + at + offset + distance;
            Symbol target = isRelative && distance != 0 ? places.symbolBefore(address) : null;
            return target == null
                    ? null
                    : record.addEdge(
                            isLong ? architecture.delta64() : architecture.delta32(),
                            offset,
                            target,
                            address - target.addressValue());
        }

        private void keep(long at, Block record) {
            int count = records.size() - firstKept;
            if (count == kept.length) {
                kept = Arrays.copyOf(kept, 2 * count);
            }
            kept[count] = at;
            records.add(record);
        }

        /**
         * Moves the edges inside a record to its block, and returns the edge in its first field, or
         * null.
         */
        private Edge moveEdges(long at, Block record) {
            Edge function = null;
            long end = at + record.sizeBytes();
            while (nextEdge < edges.size() && edges.get(nextEdge).offset() < end) {
                Edge edge = edges.get(nextEdge++);
                long offset = edge.offset() - at;
                if (offset < 0) {
                    continue;
                }
                if (offset < PC_BEGIN || offset + edge.kind().sizeBytes() > record.sizeBytes()) {
                    throw malformed(
                            edge.offset(),
                            "has " + edge.kind().name() + " over the border of a record's fields");
                }
                function = offset == PC_BEGIN ? edge : function;
                record.addEdge(edge.kind(), (int) offset, edge.target(), edge.addend());
            }
            return function;
        }

        /**
         * Moves a symbol of the section to the record that it lies in. If that record has been
         * dropped, the symbol moves to the next one, or to the terminator.
         */
        void move(Symbol symbol, Block terminator) {
            int end = records.size() - firstKept;
            int found = Arrays.binarySearch(kept, 0, end, symbol.offset());
            int next = found >= 0 ? found + 1 : -found - 1;
            if (next > 0) {
                Block before = records.get(firstKept + next - 1);
                long offset = symbol.offset() - kept[next - 1];
                if (offset < before.sizeBytes()) {
                    symbol.moveTo(before, offset);
                    return;
                }
            }
            symbol.moveTo(next == end ? terminator : records.get(firstKept + next));
        }

        private MalformedObjectException malformed(long at, String problem) {
            return new MalformedObjectException(
                    graph.name(), at, whole.section().name() + " " + problem);
        }
    }
}
