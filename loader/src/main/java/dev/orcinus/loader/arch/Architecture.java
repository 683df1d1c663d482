package dev.orcinus.loader.arch;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.code.Hole;
import dev.orcinus.formats.code.HoleField;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A processor that code can be linked for. Stateless. */
public interface Architecture {
    /** As the first part of a target triple names it. */
    String name();

    /** {@code Target + Addend : uint64}. */
    EdgeKind pointer64();

    /** {@code Fixup - Target + Addend : uint32}: an FDE's way back to its CIE. */
    EdgeKind negDelta32();

    /** Whether an edge of that kind can hold an address of the first 2 GiB only. */
    boolean needsLowAddress(EdgeKind kind);

    /**
     * Whether an edge of that kind reaches so little that the segments of an object have to lie
     * side by side, if it leads from one to another.
     */
    default boolean needsCloseSegments(EdgeKind kind) {
        return false;
    }

    /**
     * Grants what edges ask for: GOT entries, stubs for calls that may not reach, TLS entries. Runs
     * before the graph is laid out, when it is known which symbols will be near.
     */
    void lower(LinkGraph graph, Reach reach);

    /**
     * Writes all edges of a block.
     *
     * @param content the block's bytes, where they are to be changed
     */
    void fixUp(LinkGraph graph, Block block, MemorySegment content);

    /**
     * A wrapper function, without arguments, that calls {@code resolver()} and stores what it
     * returns: the finalize action of an indirect function.
     */
    CodeTemplate resolveIndirect();

    /** {@code jmp *slot}, the slot being writable. */
    CodeTemplate jumpThroughSlot();

    /**
     * {@code int atexit(void (*f)(void))} of one dylib: {@code __cxa_atexit(f, 0, dso)}, with edges
     * to the dylib's handle and to {@code __cxa_atexit}.
     */
    CodeTemplate atExit();

    /**
     * {@code __cxa_finalize(dso)}, with edges to the dylib's handle and to {@code __cxa_finalize}.
     */
    CodeTemplate runAtExits();

    /**
     * Functions, by name, that compilers call and static linkers find in the compiler's own static
     * library.
     */
    default Map<String, CodeTemplate> compilerFunctions() {
        return Map.of();
    }

    /**
     * Code with edges, whose targets are given in the order in which its description names them.
     *
     * @param bytes the instructions
     * @param alignmentBytes how to align them
     * @param edges where the targets go
     * @param functions names of functions of the process that it needs, too: further targets
     */
    record CodeTemplate(
            MemorySegment bytes, long alignmentBytes, List<Slot> edges, List<String> functions) {
        /** Code that needs its targets only. */
        public CodeTemplate(MemorySegment bytes, long alignmentBytes, List<Slot> edges) {
            this(bytes, alignmentBytes, edges, List.of());
        }

        /**
         * Returns the code of a listing. Its holes are the edges.
         *
         * @param kinds of edges, for the fields of the listing's holes
         * @param addend of all edges
         * @param targets the names of the holes, in the order of the targets
         * @param functions the names of holes for functions of the process
         */
        public static CodeTemplate of(
                CodeListing listing,
                long alignmentBytes,
                Map<HoleField, EdgeKind> kinds,
                long addend,
                List<String> targets,
                List<String> functions) {
            List<String> names = new ArrayList<>(targets);
            names.addAll(functions);
            List<Slot> edges = new ArrayList<>();
            for (Hole hole : listing.holes()) {
                EdgeKind kind = kinds.get(hole.field());
                edges.add(new Slot(names.indexOf(hole.name()), kind, hole.offset(), addend));
            }
            MemorySegment bytes = MemorySegment.ofArray(listing.bytes()).asReadOnly();
            return new CodeTemplate(bytes, alignmentBytes, edges, functions);
        }

        /** Adds the edges to a block of this code that needs no functions. */
        public void addEdges(Block block, List<Symbol> targets) {
            for (Slot slot : edges) {
                block.addEdge(slot.kind, slot.offset, targets.get(slot.target), slot.addend);
            }
        }

        /** Adds a block of this code to a section. */
        public Block addTo(LinkGraph graph, Section section, List<Symbol> targets) {
            List<Symbol> all = new ArrayList<>(targets);
            for (String name : functions) {
                all.add(graph.external(graph.format().symbolOf(name), Linkage.STRONG, false));
            }
            Block block = section.addBlock(bytes, alignmentBytes);
            addEdges(block, all);
            return block;
        }

        /**
         * An edge without its target.
         *
         * @param target which one
         * @param kind what to write
         * @param offset where
         * @param addend bytes to add
         */
        public record Slot(int target, EdgeKind kind, int offset, long addend) {}
    }
}
