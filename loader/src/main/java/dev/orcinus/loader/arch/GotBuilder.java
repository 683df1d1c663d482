package dev.orcinus.loader.arch;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries that a graph's edges have asked for, one for each target: pointers in a table, and
 * stubs that jump through them.
 */
public final class GotBuilder {
    /** The name of the section of pointers. */
    public static final String GOT = "$got";

    /** The name of the section of stubs. */
    public static final String STUBS = "$stubs";

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[16]).asReadOnly();

    private final LinkGraph graph;
    private final EdgeKind pointer;
    private final Architecture.CodeTemplate stub;
    private final Map<Symbol, Symbol> pointers = new HashMap<>();
    private final Map<Symbol, Symbol> stubs = new HashMap<>();

    /**
     * Nothing yet.
     *
     * @param pointer the kind of an edge that makes a pointer
     * @param stub code with one edge, to the pointer that it jumps through
     */
    public GotBuilder(LinkGraph graph, EdgeKind pointer, Architecture.CodeTemplate stub) {
        this.graph = graph;
        this.pointer = pointer;
        this.stub = stub;
    }

    /** The entry that holds the address of {@code target}. */
    public Symbol pointerTo(Symbol target) {
        return pointers.computeIfAbsent(target, this::newPointer);
    }

    private Symbol newPointer(Symbol target) {
        Symbol entry = newEntry(Long.BYTES);
        entry.block().addEdge(pointer, 0, target, 0);
        return entry;
    }

    /** An entry of {@code sizeBytes}, 8 or 16, without edges. */
    public Symbol newEntry(int sizeBytes) {
        return graph.anonymous(live(got().addBlock(ZEROS.asSlice(0, sizeBytes), Long.BYTES)));
    }

    private Section got() {
        return graph.section(GOT, Section.Use.CONSTANTS);
    }

    /** Code that jumps to {@code target}, wherever that is. */
    public Symbol stubFor(Symbol target) {
        return stubs.computeIfAbsent(target, this::newStub);
    }

    private Symbol newStub(Symbol target) {
        Section section = graph.section(STUBS, Section.Use.CODE);
        Block block = live(section.addBlock(stub.bytes(), stub.alignmentBytes()));
        Symbol slot = pointerTo(target);
        stub.edges().forEach(e -> block.addEdge(e.kind(), e.offset(), slot, e.addend()));
        return graph.anonymous(block);
    }

    private static Block live(Block block) {
        block.setLive(true);
        return block;
    }
}
