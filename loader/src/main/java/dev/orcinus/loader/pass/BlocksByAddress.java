package dev.orcinus.loader.pass;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The blocks of a graph by the addresses that they have in their object. An object format whose
 * assemblers compute distances between sections gives its blocks such addresses. Blocks of zeros
 * are left out: common ones have no such address. The blocks are sorted when the first one is asked
 * for, which must be before a pass adds blocks of its own.
 */
public final class BlocksByAddress {
    private final LinkGraph graph;
    private final Map<Block, Symbol> symbols = new HashMap<>();
    private List<Block> sorted;

    /** Makes it for a graph that has not been laid out. */
    public BlocksByAddress(LinkGraph graph) {
        this.graph = graph;
    }

    /** Returns a symbol at the start of the block that has the byte at an address, or null. */
    Symbol symbolBefore(long address) {
        Block block = block(address);
        return block == null ? null : symbols.computeIfAbsent(block, graph::anonymous);
    }

    private Block block(long address) {
        if (sorted == null) {
            sorted = sort();
        }
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted.get(middle).addressValue() <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Block found = low == 0 ? null : sorted.get(low - 1);
        return found != null && address - found.addressValue() < found.sizeBytes() ? found : null;
    }

    private List<Block> sort() {
        List<Block> blocks = new ArrayList<>();
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                if (!block.isZeroFill()) {
                    blocks.add(block);
                }
            }
        }
        blocks.sort(Comparator.comparingLong(Block::addressValue));
        return blocks;
    }
}
