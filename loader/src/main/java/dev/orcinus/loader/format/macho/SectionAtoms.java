package dev.orcinus.loader.format.macho;

import dev.orcinus.formats.macho.MachSection;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The blocks of one section. Each begins where the one before it ends. Equal literals share one
 * block.
 */
final class SectionAtoms {
    private final LinkGraph graph;
    private final MachSection section;
    private final long[] starts;
    private final Block[] blocks;
    private final Symbol[] symbols;

    /**
     * A place in a block.
     *
     * @param symbol a symbol without a name at the start of the block
     * @param offset the distance from it in bytes
     */
    record Place(Symbol symbol, long offset) {}

    /**
     * Makes the atoms of a section.
     *
     * @param starts the addresses at which they begin, in ascending order; at least one
     * @param blocks their blocks
     */
    SectionAtoms(LinkGraph graph, MachSection section, long[] starts, Block[] blocks) {
        this.graph = graph;
        this.section = section;
        this.starts = starts;
        this.blocks = blocks;
        this.symbols = new Symbol[starts.length];
    }

    MachSection section() {
        return section;
    }

    /** Returns the index of the block for an address: the last one that begins at or before it. */
    int index(long address) {
        int found = Arrays.binarySearch(starts, address);
        return found >= 0 ? found : Math.max(0, -found - 2);
    }

    Block block(int index) {
        return blocks[index];
    }

    /** Returns the address at which a block begins in the object. */
    long start(int index) {
        return starts[index];
    }

    /** Sorts the edges of each block by their offsets; files list relocations backwards. */
    void sortEdges() {
        for (Block block : blocks) {
            if (!block.edges().isEmpty()) {
                block.edges().sort(Comparator.comparingInt(Edge::offset));
            }
        }
    }

    int count() {
        return starts.length;
    }

    /** Returns the address at which a block ends in the object. */
    long end(int index) {
        return starts[index] + blocks[index].sizeBytes();
    }

    /** Returns the place of an address, which may also lie outside of the section. */
    Place place(long address) {
        int index = index(address);
        if (symbols[index] == null) {
            symbols[index] = graph.anonymous(blocks[index]);
        }
        return new Place(symbols[index], address - starts[index]);
    }
}
