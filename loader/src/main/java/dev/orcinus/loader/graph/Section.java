package dev.orcinus.loader.graph;

import dev.orcinus.platform.MemProt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Blocks of one name and one kind of memory. Mirrors LLVM's {@code jitlink::Section}. */
public final class Section {
    private final String name;
    private final Use use;
    private List<Block> blocks = new ArrayList<>();
    private List<Block> blocksBefore;

    /** What a section is for. */
    public enum Use {
        /** Code. */
        CODE(MemProt.READ_EXEC),
        /** Constants. */
        CONSTANTS(MemProt.READ),
        /** Variables. */
        VARIABLES(MemProt.READ_WRITE),
        /** The initial values of thread-local variables; not used at this address by anybody. */
        THREAD_LOCALS(MemProt.READ_WRITE);

        private final MemProt prot;

        Use(MemProt prot) {
            this.prot = prot;
        }

        /** The protection of its memory. */
        public MemProt prot() {
            return prot;
        }
    }

    Section(String name, Use use) {
        this.name = name;
        this.use = use;
    }

    /** Its name, as the object format spells it. */
    public String name() {
        return name;
    }

    /** What it is for. */
    public Use use() {
        return use;
    }

    /** Its blocks, in the order in which they will lie in memory. */
    public List<Block> blocks() {
        return blocks;
    }

    /** Whether none of its blocks has content. */
    public boolean isZeroFill() {
        for (Block block : blocks) {
            if (!block.isZeroFill()) {
                return false;
            }
        }
        return true;
    }

    /** Puts other blocks in place of its own. */
    public void setBlocks(List<Block> newBlocks) {
        blocks = newBlocks;
    }

    /** A block with content that is not among the section's yet. */
    public Block newBlock(MemorySegment content, long alignmentBytes) {
        return new Block(this, content, content.byteSize(), alignmentBytes);
    }

    /** Adds a block with content. */
    public Block addBlock(MemorySegment content, long alignmentBytes) {
        return add(newBlock(content, alignmentBytes));
    }

    /** Adds a block of zeros. */
    public Block addZeroFill(long sizeBytes, long alignmentBytes) {
        return add(new Block(this, MemorySegment.NULL, sizeBytes, alignmentBytes));
    }

    private Block add(Block block) {
        blocks.add(block);
        return block;
    }

    /** Removes what is not live, until it starts over. */
    void removeDead() {
        blocksBefore = blocks;
        List<Block> kept = new ArrayList<>(blocks.size());
        for (Block block : blocks) {
            if (block.isLive()) {
                kept.add(block);
            }
        }
        blocks = kept;
    }

    /** Has the blocks again that were there before dead ones were removed; none is live. */
    void startOver() {
        if (blocksBefore != null) {
            blocks = blocksBefore;
            blocksBefore = null;
        }
        for (Block block : blocks) {
            block.setLive(false);
            block.edges().forEach(Edge::startOver);
        }
    }

    /** There is no way back, and nothing left to write. */
    void end() {
        blocksBefore = null;
        blocks.forEach(block -> block.setEdges(List.of()));
    }
}
