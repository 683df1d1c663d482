package dev.orcinus.loader.image;

import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.runtime.dylib.FunctionSection;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What is kept of a program besides its content.
 *
 * @param outside the symbols that it does not define
 * @param threadLocals the blocks of its thread-locals
 * @param definitions the symbols that others may refer to
 * @param edges the edges that are written anew each time
 * @param initializers its arrays of functions, in the order of its objects
 * @param frames the call frame information of its objects
 * @param contents the parts of its memory that are not zeros
 * @param moved the words that depend on where the program lies
 * @param objects the names of the objects of which it was linked
 * @param debugFiles what debuggers read of some of them
 */
public record ProgramTables(
        List<OutsideSymbol> outside,
        List<ThreadLocals> threadLocals,
        List<Defined> definitions,
        List<KeptEdge> edges,
        List<Functions> initializers,
        List<Extent> frames,
        List<Extent> contents,
        List<Moved> moved,
        List<String> objects,
        List<DebugFile> debugFiles) {
    /**
     * A symbol that the program does not define.
     *
     * @param needsObject as {@link dev.orcinus.loader.graph.Symbol#needsObject} says
     */
    public record OutsideSymbol(
            String name, Linkage linkage, boolean threadLocal, boolean needsObject) {}

    /**
     * A block of thread-locals.
     *
     * @param content its initial value; empty if it is zeros
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record ThreadLocals(
            String section,
            byte[] content,
            long sizeBytes,
            long alignmentBytes,
            long alignmentOffset) {}

    /** A symbol, of which several objects may have had a definition if it is inline. */
    public record Defined(
            String name,
            Place place,
            long sizeBytes,
            Linkage linkage,
            Scope scope,
            boolean isInline) {}

    /**
     * An edge.
     *
     * @param from its place
     */
    public record KeptEdge(EdgeKind kind, Place from, Place target, long addend) {}

    /**
     * An array of functions.
     *
     * @param edges those of its words, whose places are offsets in it
     */
    public record Functions(FunctionSection.Kind kind, long sizeBytes, List<KeptEdge> edges) {}

    /** A part of a use's memory, in bytes from its start. */
    public record Extent(Section.Use use, long offset, long sizeBytes) {}

    /**
     * Words that change if the memory of a use moves.
     *
     * @param use the memory that they lie in
     * @param grows the use with whose memory they grow; null if there is none
     * @param shrinks the use with whose memory they shrink; null if there is none
     * @param sizeBytes of a word, 4 or 8
     * @param offsets in bytes from the start of the memory, 32 bits each, in this machine's order
     */
    public record Moved(
            Section.Use use,
            Section.Use grows,
            Section.Use shrinks,
            int sizeBytes,
            MemorySegment offsets) {}

    /** A function or variable, in bytes from the start of a use's memory. */
    public record Named(String name, Section.Use use, long offset, long sizeBytes) {}

    /**
     * An object file for debuggers.
     *
     * @param object its number among the objects
     * @param sizeBytes of the file
     * @param addresses the places for addresses of sections in it
     */
    public record DebugFile(int object, long sizeBytes, List<AddressIn> addresses) {}

    /**
     * A place for an address.
     *
     * @param at in bytes from the start of the file
     * @param use the memory that the address lies in
     * @param offset of the address there
     */
    public record AddressIn(int at, Section.Use use, long offset) {}
}
