package dev.orcinus.loader.graph;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.runtime.observe.SymbolRange;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * What a graph has of the objects that were linked into it before: its blocks are theirs, one
 * behind the other, and most of their edges have been written. One thread at a time may change the
 * graph; any thread may ask.
 */
public interface LinkedParts {
    /** Returns the frames of the objects, at their addresses: a range for each that has some. */
    List<AddressRange> frames();

    /** Returns the objects. */
    List<Part> parts();

    /**
     * Copies what a block has besides zeros, with its words as they are where the blocks lie now.
     *
     * @param content gets the block's bytes; it is zeros
     */
    void copy(Block block, MemorySegment content);

    /** An object that was linked into a graph. Any thread may ask. */
    interface Part {
        /** Returns the name of the object file, for messages. */
        String name();

        /** Returns its functions and variables, local ones, too. */
        List<SymbolRange> symbols();

        /** Returns the object file for debuggers, with the addresses of its sections, if any. */
        Optional<byte[]> debugObject();
    }
}
