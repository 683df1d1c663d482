package dev.orcinus.loader.format.macho.unwind;

import dev.orcinus.loader.MalformedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.format.macho.unwind.Encoding.BadEncodingException;
import dev.orcinus.loader.format.macho.unwind.UnwindEntry.Place;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A translation of compact unwind information to call frame information (LSB Core, "Exception
 * Frames"). A compact description holds at the calls of a function, not at each instruction; at
 * calls is where exceptions come from. All pointers are whole addresses, so that code, tables and
 * personalities may be far from each other.
 */
public final class CompactUnwind {
    private static final int VERSION = 1;

    /** {@code DW_EH_PE_absptr}. */
    private static final int WHOLE_ADDRESS = 0;

    /** The factor -8 of the slots of saved registers, as {@code LEB128}. */
    private static final int SLOT = 0x78;

    private final LinkGraph graph;
    private final Architecture architecture;
    private final Encoding encoding;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Reference> references = new ArrayList<>();
    private final Map<CieKey, Integer> cies = new HashMap<>();

    /** The facts that are in a CIE. */
    private record CieKey(Symbol personality, boolean hasLsda) {
        String augmentation() {
            return (personality == null ? "z" : "zP") + (hasLsda ? "LR" : "R");
        }

        int augmentationBytes() {
            return 1 + (personality == null ? 0 : 1 + Long.BYTES) + (hasLsda ? 1 : 0);
        }
    }

    private record Reference(int offset, Place place) {}

    private CompactUnwind(LinkGraph graph, Architecture architecture) {
        this.graph = graph;
        this.architecture = architecture;
        this.encoding = Encoding.of(graph.architecture());
    }

    /**
     * Adds descriptions to the graph's call frame information.
     *
     * @param entries descriptions of functions that the call frame information does not describe
     * @throws MalformedObjectException if one of them is not possible
     */
    public static void add(LinkGraph graph, Architecture architecture, List<UnwindEntry> entries) {
        CompactUnwind translation = new CompactUnwind(graph, architecture);
        for (UnwindEntry entry : entries) {
            translation.add(entry);
        }
        translation.install();
    }

    private void add(UnwindEntry entry) {
        try {
            Frame frame = encoding.frame(entry.encoding(), entry.code());
            if (frame != null) {
                CieKey key = new CieKey(entry.personality(), entry.lsda() != null);
                Integer cie = cies.get(key);
                addFde(entry, frame, cie == null ? addCie(key) : cie);
            }
        } catch (BadEncodingException e) {
            throw new MalformedObjectException(
                    graph.name(), entry.offset(), "__compact_unwind " + e.getMessage());
        }
    }

    private int addCie(CieKey key) {
        RecordBytes record = new RecordBytes().u32(0).u8(VERSION).text(key.augmentation());
        record.leb(1).u8(SLOT).u8(encoding.returnColumn());
        record.leb(key.augmentationBytes());
        if (key.personality != null) {
            record.u8(WHOLE_ADDRESS);
            refer(record, new Place(key.personality, 0));
        }
        if (key.hasLsda) {
            record.u8(WHOLE_ADDRESS);
        }
        record.u8(WHOLE_ADDRESS).frame(encoding.entry());
        int at = out.size();
        cies.put(key, at);
        out.writeBytes(record.record());
        return at;
    }

    private void addFde(UnwindEntry entry, Frame frame, int cie) {
        RecordBytes record = new RecordBytes();
        record.u32(out.size() + record.offset() - cie);
        refer(record, entry.function());
        record.u64(entry.code().byteSize());
        record.leb(entry.lsda() == null ? 0 : Long.BYTES);
        if (entry.lsda() != null) {
            refer(record, entry.lsda());
        }
        out.writeBytes(record.frame(frame).record());
    }

    /** Adds a pointer, which an edge will write. */
    private void refer(RecordBytes record, Place place) {
        references.add(new Reference(out.size() + record.offset(), place));
        record.u64(0);
    }

    private void install() {
        if (out.size() == 0) {
            return;
        }
        if (graph.ehFrame() == null) {
            graph.setEhFrame(graph.section("__eh_frame", Section.Use.CONSTANTS));
        }
        MemorySegment content = MemorySegment.ofArray(out.toByteArray()).asReadOnly();
        Block block = graph.ehFrame().addBlock(content, Long.BYTES);
        for (Reference reference : references) {
            block.addEdge(
                    architecture.pointer64(),
                    reference.offset,
                    reference.place.symbol(),
                    reference.place.addend());
        }
    }
}
