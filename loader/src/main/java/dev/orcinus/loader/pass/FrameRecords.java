package dev.orcinus.loader.pass;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records that are added to a graph's call frame information, after {@link EhFrames} has split what
 * the object has of it.
 */
public final class FrameRecords {
    private final LinkGraph graph;
    private final String name;
    private final List<Block> added = new ArrayList<>();
    private final Map<Block, Set<Long>> described = new HashMap<>();

    /**
     * Makes a list without records.
     *
     * @param name the name of the section that the graph gets if it has no call frame information
     */
    public FrameRecords(LinkGraph graph, String name) {
        this.graph = graph;
        this.name = name;
        if (graph.ehFrame() != null) {
            for (Block record : graph.ehFrame().blocks()) {
                noteFunction(record);
            }
        }
    }

    private Section section() {
        return graph.ehFrame() == null
                ? graph.section(name, Section.Use.CONSTANTS)
                : graph.ehFrame();
    }

    /** Notes the function that an FDE describes; a CIE has no edge at that place. */
    private void noteFunction(Block record) {
        for (Edge edge : record.edges()) {
            if (edge.offset() == EhFrames.PC_BEGIN && edge.target().isDefined()) {
                Symbol target = edge.target();
                described
                        .computeIfAbsent(target.block(), _ -> new HashSet<>())
                        .add(target.offset() + edge.addend());
            }
        }
    }

    /** Returns whether the object's own records describe the function at a place in a block. */
    public boolean describe(Block block, long offset) {
        return described.getOrDefault(block, Set.of()).contains(offset);
    }

    /**
     * Adds a record, and returns its block. Records lie without gaps, because unwinders would take
     * a gap for the end.
     */
    public Block add(MemorySegment content) {
        Block record = section().newBlock(content, 1);
        added.add(record);
        return record;
    }

    /** Makes a record live as long as the code that it describes. */
    public void keepWith(Block code, Block record) {
        code.addEdge(EdgeKind.KEEP_ALIVE, 0, graph.anonymous(record), 0);
    }

    /** Puts the added records into the graph, before the end of the call frame information. */
    public void install() {
        if (added.isEmpty()) {
            return;
        }
        Section section = section();
        List<Block> records = new ArrayList<>(section.blocks());
        if (graph.ehFrame() == null) {
            graph.setEhFrame(section);
            records.add(EhFrames.terminator(graph));
        }
        records.addAll(records.size() - 1, added);
        section.setBlocks(records);
    }
}
