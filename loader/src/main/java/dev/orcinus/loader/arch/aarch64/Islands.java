package dev.orcinus.loader.arch.aarch64;

import dev.orcinus.loader.arch.EntryKind;
import dev.orcinus.loader.arch.GotBuilder;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The places for a graph's stubs. One is behind all code; if the code is longer than a branch can
 * cross, there are more between the blocks, so that each branch reaches one. Offsets are computed
 * as if there were no stubs, and the reach of a branch is reduced by the room that stubs may take.
 * In a block that is longer than twice the reach, some branches reach no island.
 */
final class Islands {
    private static final long REACH_BYTES = 1L << 27;
    private static final long STUB_BYTES = 12;
    private static final long MOST_SLACK_BYTES = REACH_BYTES / 2;

    /**
     * The size up to which everything is in reach, even if all code were branches that each have a
     * stub.
     */
    private static final long SMALL_BYTES = REACH_BYTES / 8;

    private final Map<Block, Long> starts = new HashMap<>();
    private final List<Island> islands = new ArrayList<>();
    private long reachBytes;

    /**
     * A place for stubs.
     *
     * @param before the section with the block that the stubs precede; null for the end of the code
     * @param index the index of that block in its section
     * @param offset the offset of the place in the code
     * @param stubs the stubs by destination
     */
    record Island(Section before, int index, long offset, Map<Stubs.Destination, Symbol> stubs) {
        Section section(LinkGraph graph) {
            return before == null ? graph.section(GotBuilder.STUBS, Section.Use.CODE) : before;
        }

        void install(LinkGraph graph) {
            if (!stubs.isEmpty()) {
                List<Block> blocks = new ArrayList<>(section(graph).blocks());
                int at = before == null ? blocks.size() : index;
                blocks.addAll(at, stubs.values().stream().map(Symbol::block).toList());
                section(graph).setBlocks(blocks);
            }
        }
    }

    private Islands() {}

    static Islands of(LinkGraph graph) {
        Islands islands = new Islands();
        if (codeBytes(graph) <= SMALL_BYTES) {
            islands.addAtEnd(0);
        } else {
            islands.reachBytes = REACH_BYTES - Math.min(MOST_SLACK_BYTES, slackBytes(graph));
            islands.divide(graph);
        }
        return islands;
    }

    private void addAtEnd(long offset) {
        islands.add(new Island(null, 0, offset, new LinkedHashMap<>()));
    }

    private static long codeBytes(LinkGraph graph) {
        long total = 0;
        for (Section section : graph.sections(Section.Use.CODE)) {
            for (Block block : section.blocks()) {
                total += block.sizeBytes() + block.alignmentBytes();
            }
        }
        return total;
    }

    /** Returns the greatest distance by which stubs can move two places apart. */
    private static long slackBytes(LinkGraph graph) {
        long branches = 0;
        long alignment = Integer.BYTES;
        for (Section section : graph.sections(Section.Use.CODE)) {
            for (Block block : section.blocks()) {
                alignment = Math.max(alignment, block.alignmentBytes());
                for (Edge edge : block.edges()) {
                    branches += isBranch(edge) ? 1 : 0;
                }
            }
        }
        return branches * STUB_BYTES + 4 * alignment;
    }

    private static boolean isBranch(Edge edge) {
        return edge.kind() instanceof AArch64EdgeKind kind && kind.entry() == EntryKind.STUB;
    }

    private void divide(LinkGraph graph) {
        long end = 0;
        long last = 0;
        for (Section section : graph.sections(Section.Use.CODE)) {
            List<Block> blocks = section.blocks();
            for (int i = 0; i < blocks.size(); i++) {
                long start = blocks.get(i).alignedStart(end);
                if (start + blocks.get(i).sizeBytes() - last > reachBytes && !isAt(end)) {
                    islands.add(new Island(section, i, end, new LinkedHashMap<>()));
                    last = end;
                }
                starts.put(blocks.get(i), start);
                end = start + blocks.get(i).sizeBytes();
            }
        }
        addAtEnd(end);
    }

    private boolean isAt(long offset) {
        return !islands.isEmpty() && islands.getLast().offset == offset;
    }

    boolean isInReach(Block from, long fromOffset, Block to, long toOffset) {
        if (islands.size() == 1) {
            return true;
        }
        Long start = starts.get(from);
        long distance = start == null ? reachBytes : starts.get(to) + toOffset - start - fromOffset;
        return Math.abs(distance) < reachBytes;
    }

    /** Returns the island that is nearest to a branch. */
    Island nearest(Block from, long offset) {
        Island nearest = islands.getLast();
        long at = starts.getOrDefault(from, nearest.offset) + offset;
        for (Island island : islands) {
            if (Math.abs(island.offset - at) < Math.abs(nearest.offset - at)) {
                nearest = island;
            }
        }
        return nearest;
    }

    /** Inserts the stubs between the blocks, the last island first, so that indices stay valid. */
    void install(LinkGraph graph) {
        islands.reversed().forEach(island -> island.install(graph));
    }
}
