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

/** A processor that code can be linked for. Implementations have no state. */
public interface Architecture {
    /** Returns its name, as in the first part of a target triple. */
    String name();

    /** Returns the edge kind {@code Target + Addend : uint64}. */
    EdgeKind pointer64();

    /** Returns the edge kind {@code Target - Fixup + Addend : int64}. */
    EdgeKind delta64();

    /** Returns the edge kind {@code Target - Fixup + Addend : int32}. */
    EdgeKind delta32();

    /**
     * Returns the edge kind {@code Fixup - Target + Addend : int32}, by which an FDE refers to its
     * CIE.
     */
    EdgeKind negDelta32();

    /** Returns the edge kind of a TLS descriptor, two words. */
    EdgeKind tlsDescriptor();

    /** Returns whether an edge of that kind can only hold addresses of the first 2 GiB. */
    boolean needsLowAddress(EdgeKind kind);

    /**
     * Returns whether an edge of that kind reaches only a part of the address space, and no entry
     * can be made for it.
     */
    boolean reachesNearOnly(EdgeKind kind);

    /**
     * Returns whether an edge of that kind has so short a reach that the segments of an object must
     * lie side by side if it refers from one segment to another.
     */
    default boolean needsCloseSegments(EdgeKind kind) {
        return false;
    }

    /**
     * Makes the entries that edges request: GOT entries, TLS entries, and stubs for calls whose
     * targets may be out of reach. It runs before the graph is laid out.
     *
     * @param reach tells which symbols will be near
     */
    void lower(LinkGraph graph, Reach reach);

    /**
     * Writes all edges of a block.
     *
     * @param content the block's bytes, which are changed in place
     */
    void fixUp(LinkGraph graph, Block block, MemorySegment content);

    /**
     * Returns a wrapper function without arguments that calls {@code resolver()} and stores its
     * result. It is the finalize action of an indirect function.
     */
    CodeTemplate resolveIndirect();

    /** Returns {@code jmp *slot}, where the slot is writable. */
    CodeTemplate jumpThroughSlot();

    /**
     * Returns {@code int atexit(void (*f)(void))} of one dylib. It calls {@code __cxa_atexit(f, 0,
     * dso)}, and has edges to the dylib's handle and to {@code __cxa_atexit}.
     */
    CodeTemplate atExit();

    /** Returns a function that does nothing. */
    CodeTemplate doNothing();

    /**
     * Returns {@code int at_quick_exit(void (*f)(void))} of one dylib. It calls {@code
     * __cxa_at_quick_exit(f, dso)}, and has edges to the dylib's handle and to that function.
     */
    CodeTemplate atQuickExit();

    /**
     * Returns {@code int pthread_atfork(void (*prepare)(void), void (*parent)(void), void
     * (*child)(void))} of one dylib. It calls {@code __register_atfork(prepare, parent, child,
     * dso)}, and has edges to the dylib's handle and to that function.
     */
    CodeTemplate atFork();

    /**
     * Returns a call of {@code __cxa_finalize(dso)}, with edges to the dylib's handle and to {@code
     * __cxa_finalize}.
     */
    CodeTemplate runAtExits();

    /**
     * Returns the start of a function that consists of pieces of code without a return, as {@code
     * crti.o} has it.
     */
    CodeTemplate enterPieces();

    /**
     * Returns the end of a function that consists of pieces of code.
     *
     * @param function the function's code so far; it starts as {@link #enterPieces} does
     */
    CodeTemplate leavePieces(MemorySegment function);

    /**
     * Returns whether code is nothing but an end of {@link #leavePieces}, as {@code crtn.o} has it.
     */
    boolean isEndOfPieces(MemorySegment code);

    /**
     * Returns {@code int register(void (*f)(void *), void *object)} of one dylib, which calls the
     * target's {@code int (void (*f)(void *), void *object, void *dso)}: it has edges to the
     * dylib's handle and to a pointer to that function.
     */
    CodeTemplate threadAtExit();

    /**
     * Returns functions by name that compilers call and that static linkers find in the compiler's
     * own static library.
     */
    default Map<String, CodeTemplate> compilerFunctions() {
        return Map.of();
    }

    /**
     * Code with edges. A user gives the targets of the edges in the order that the method which
     * returns the code describes.
     *
     * @param bytes the instructions
     * @param alignmentBytes their alignment
     * @param edges the edges without their targets
     * @param functions names of functions of the process, which are further targets
     */
    record CodeTemplate(
            MemorySegment bytes, long alignmentBytes, List<Slot> edges, List<String> functions) {
        /** Makes code that needs no functions of the process. */
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
         * @param target the index of its target
         * @param kind its kind
         * @param offset its offset in the code, in bytes
         * @param addend its addend, in bytes
         */
        public record Slot(int target, EdgeKind kind, int offset, long addend) {}
    }
}
