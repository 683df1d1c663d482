package dev.orcinus.loader.format.macho.unwind;

import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;

/**
 * An entry of {@code __compact_unwind}: the description of a function's frame.
 *
 * @param offset its offset in its section, for messages
 * @param function the start of the function
 * @param code the function's instructions
 * @param encoding the description, in the form of its processor
 * @param personality the function that unwinders call for frames of this function, or null
 * @param lsda the function's data for its personality, or null
 */
public record UnwindEntry(
        long offset,
        Place function,
        MemorySegment code,
        int encoding,
        Symbol personality,
        Place lsda) {
    /**
     * A place in the object.
     *
     * @param symbol a symbol
     * @param addend the distance from the symbol, in bytes
     */
    public record Place(Symbol symbol, long addend) {}
}
