package dev.orcinus.loader.graph;

import dev.orcinus.platform.MemProt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A named set of blocks for one kind of memory. Mirrors LLVM's {@code jitlink::Section}. */
public final class Section {
    private final String name;
    private final Use use;
    private List<Block> blocks = new ArrayList<>(1); // most sections have one
    private List<Block> blocksBefore;

    /** The use of a section. */
    public enum Use {
        /** Code. */
        CODE(MemProt.READ_EXEC),
        /** Constants. */
        CONSTANTS(MemProt.READ),
        /** Variables. */
        VARIABLES(MemProt.READ_WRITE),
        /**
         * Zeros of which there are so many that code does not reach all of them over a 32-bit
         * displacement.
         */
        LARGE(MemProt.READ_WRITE),
        /**
         * The initial values of thread-local variables. They are not used at the section's own
         * address.
         */
        THREAD_LOCALS(MemProt.READ_WRITE);

        private final MemProt prot;

        Use(MemProt prot) {
            this.prot = prot;
        }

        /** Returns the protection of its memory. */
        public MemProt prot() {
            return prot;
        }
    }

    Section(String name, Use use) {
        this.name = name;
        this.use = use;
    }

    /** Returns its name, as in the object file. */
    public String name() {
        return name;
    }

    /** Returns its use. */
    public Use use() {
        return use;
    }

    /** Returns its blocks, in the order in which they will lie in memory. */
    public List<Block> blocks() {
        return blocks;
    }

    /** Returns whether none of its blocks has content. */
    public boolean isZeroFill() {
        for (Block block : blocks) {
            if (!block.isZeroFill()) {
                return false;
            }
        }
        return true;
    }

    /** Replaces its blocks. */
    public void setBlocks(List<Block> newBlocks) {
        blocks = newBlocks;
    }

    /** Returns a new block with content. The block is not added to the section yet. */
    public Block newBlock(MemorySegment content, long alignmentBytes) {
        return new Block(this, content, content.byteSize(), alignmentBytes);
    }

    /** Adds a block with content, and returns it. */
    public Block addBlock(MemorySegment content, long alignmentBytes) {
        return add(newBlock(content, alignmentBytes));
    }

    /** Adds a block of zeros, and returns it. */
    public Block addZeroFill(long sizeBytes, long alignmentBytes) {
        return add(new Block(this, MemorySegment.NULL, sizeBytes, alignmentBytes));
    }

    private Block add(Block block) {
        blocks.add(block);
        return block;
    }

    /** Removes the blocks that are not live. {@link #startOver} restores them. */
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

    /**
     * Restores the blocks and edges as they were before dead blocks were removed; no block is live
     * then.
     */
    void startOver() {
        if (blocksBefore != null) {
            blocks = blocksBefore;
            blocksBefore = null;
        }
        blocks.forEach(Block::startOver);
    }

    /** Forgets the edges, and the blocks that were removed. */
    void end() {
        blocksBefore = null;
        blocks.forEach(Block::end);
    }
}
