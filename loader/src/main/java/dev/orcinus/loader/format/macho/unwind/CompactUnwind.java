package dev.orcinus.loader.format.macho.unwind;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.format.macho.unwind.Encoding.BadEncodingException;
import dev.orcinus.loader.format.macho.unwind.UnwindEntry.Place;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.pass.FrameRecords;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass that translates compact unwind information to call frame information (LSB Core, "Exception
 * Frames"), for the functions that have none. A compact description holds at the calls of a
 * function, not at each instruction; exceptions come from calls. All pointers have 64 bits, so
 * code, tables and personalities may be far from each other.
 */
public final class CompactUnwind {
    /** The length of an entry. */
    public static final int ENTRY_BYTES = UnwindEntry.BYTES;

    private static final int VERSION = 1;

    /** {@code DW_EH_PE_absptr}. */
    private static final int WHOLE_ADDRESS = 0;

    /** {@code DW_EH_PE_pcrel}, of a pointer with the length of an address. */
    private static final int DISTANCE = 0x10;

    /** The factor -8 of the slots of saved registers, as {@code LEB128}. */
    private static final int SLOT = 0x78;

    private static final int CIE_DISTANCE = 4;

    private final LinkGraph graph;
    private final Architecture architecture;
    private final Encoding encoding;
    private final FrameRecords records;
    private final Map<CieKey, Symbol> cies = new HashMap<>();

    /** The facts that are in a CIE. */
    private record CieKey(Place personality, boolean hasLsda) {
        String augmentation() {
            return (personality == null ? "z" : "zP") + (hasLsda ? "LR" : "R");
        }

        int augmentationBytes() {
            return 1 + (personality == null ? 0 : 1 + Long.BYTES) + (hasLsda ? 1 : 0);
        }
    }

    private CompactUnwind(LinkGraph graph, Architecture architecture) {
        this.graph = graph;
        this.architecture = architecture;
        this.encoding = Encoding.of(graph.architecture());
        this.records = new FrameRecords(graph, "__TEXT,__eh_frame");
    }

    /**
     * Translates the entries of a section, and takes them out of the graph. The graph's call frame
     * information has been split already.
     *
     * @param entries the section, a block for each entry; may be null
     */
    public static void translate(LinkGraph graph, Architecture architecture, Section entries) {
        if (entries == null) {
            return;
        }
        CompactUnwind translation = new CompactUnwind(graph, architecture);
        for (Block block : entries.blocks()) {
            translation.add(UnwindEntry.read(graph, block));
        }
        translation.records.install();
        entries.setBlocks(List.of());
    }

    private void add(UnwindEntry entry) {
        if (records.describe(entry.function().symbol().block(), entry.function().offset())) {
            return;
        }
        try {
            Frame frame = encoding.frame(entry.encoding(), entry.code());
            if (frame != null) {
                CieKey key = new CieKey(entry.personality(), entry.lsda() != null);
                addFde(entry, frame, cies.computeIfAbsent(key, this::addCie));
            }
        } catch (BadEncodingException e) {
            throw UnwindEntry.malformed(graph, entry.offset(), e.getMessage());
        }
    }

    private Symbol addCie(CieKey key) {
        RecordBytes record = new RecordBytes().u32(0).u8(VERSION).text(key.augmentation());
        record.leb(1).u8(SLOT).u8(encoding.returnColumn());
        record.leb(key.augmentationBytes());
        int personality = record.offset() + 1;
        if (key.personality != null) {
            record.u8(WHOLE_ADDRESS).u64(0);
        }
        if (key.hasLsda) {
            record.u8(DISTANCE);
        }
        record.u8(DISTANCE).frame(encoding.entry());
        Block cie = records.add(MemorySegment.ofArray(record.record()).asReadOnly());
        if (key.personality != null) {
            Place place = key.personality;
            cie.addEdge(architecture.pointer64(), personality, place.symbol(), place.addend());
        }
        return graph.anonymous(cie);
    }

    private void addFde(UnwindEntry entry, Frame frame, Symbol cie) {
        RecordBytes record = new RecordBytes().u32(0);
        int function = record.offset();
        record.u64(0).u64(entry.sizeBytes());
        record.leb(entry.lsda() == null ? 0 : Long.BYTES);
        int lsda = record.offset();
        if (entry.lsda() != null) {
            record.u64(0);
        }
        Block fde = records.add(MemorySegment.ofArray(record.frame(frame).record()).asReadOnly());
        fde.addEdge(architecture.negDelta32(), CIE_DISTANCE, cie, 0);
        refer(fde, function, entry.function());
        if (entry.lsda() != null) {
            refer(fde, lsda, entry.lsda());
        }
        records.keepWith(entry.function().symbol().block(), fde);
    }

    /** Adds an edge that writes the distance to a place. */
    private void refer(Block record, int offset, Place place) {
        record.addEdge(architecture.delta64(), offset, place.symbol(), place.addend());
    }
}
