package dev.orcinus.loader.arch;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries that a graph's edges have requested, one for each kind and target: pointers and words
 * for thread-locals in a table, and stubs that jump through pointers.
 */
public final class GotBuilder {
    /** The name of the section of pointers. */
    public static final String GOT = "$got";

    /** The name of the section of stubs. */
    public static final String STUBS = "$stubs";

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[16]).asReadOnly();
    private static final int TLS_PAIR_BYTES = 16;

    private final LinkGraph graph;
    private final Words words;
    private final Architecture.CodeTemplate stub;
    private final Map<EntryKind, Map<Symbol, Symbol>> entries = new EnumMap<>(EntryKind.class);
    private Symbol tlsBlock;

    /**
     * The kinds of edges that entries consist of.
     *
     * @param pointer writes the target's address
     * @param tlsModule writes the number of the target's TLS module
     * @param tlsOffset writes the target's offset in that module
     * @param threadPointerOffset writes the target's offset from the thread pointer
     * @param tlsDescriptor writes the two words of a TLS descriptor
     */
    public record Words(
            EdgeKind pointer,
            EdgeKind tlsModule,
            EdgeKind tlsOffset,
            EdgeKind threadPointerOffset,
            EdgeKind tlsDescriptor) {}

    /**
     * Makes a builder without entries.
     *
     * @param words the kinds of edges that entries consist of
     * @param stub code with one edge, to the pointer that it jumps through
     */
    public GotBuilder(LinkGraph graph, Words words, Architecture.CodeTemplate stub) {
        this.graph = graph;
        this.words = words;
        this.stub = stub;
    }

    /** Returns the entry of a kind for {@code target}, and makes it on the first request. */
    public Symbol entry(EntryKind kind, Symbol target) {
        return kind == EntryKind.TLS_BLOCK
                ? tlsBlock(target)
                : entries.computeIfAbsent(kind, _ -> new HashMap<>())
                        .computeIfAbsent(target, t -> newEntry(kind, t));
    }

    private Symbol newEntry(EntryKind kind, Symbol target) {
        return switch (kind) {
            case GOT -> newEntry(Long.BYTES, words.pointer, target);
            case TLS_PAIR -> newTlsPair(target);
            case TLS_INITIAL_EXEC -> newEntry(Long.BYTES, words.threadPointerOffset, target);
            case TLS_DESCRIPTOR -> newEntry(TLS_PAIR_BYTES, words.tlsDescriptor, target);
            case STUB -> newStub(target);
            case TLS_BLOCK -> throw new AssertionError(kind);
        };
    }

    /** Returns one entry for all targets of a graph, because they lie in the same block. */
    private Symbol tlsBlock(Symbol anyOfIt) {
        if (tlsBlock == null) {
            tlsBlock = newEntry(TLS_PAIR_BYTES, words.tlsModule, anyOfIt);
        }
        return tlsBlock;
    }

    private Symbol newTlsPair(Symbol target) {
        Symbol entry = newEntry(TLS_PAIR_BYTES, words.tlsModule, target);
        entry.block().addEdge(words.tlsOffset, Long.BYTES, target, 0);
        return entry;
    }

    private Symbol newEntry(int sizeBytes, EdgeKind word, Symbol target) {
        Symbol entry = newEntry(sizeBytes);
        entry.block().addEdge(word, 0, target, 0);
        return entry;
    }

    /** Returns the entry that holds the address of {@code target}. */
    public Symbol pointerTo(Symbol target) {
        return entry(EntryKind.GOT, target);
    }

    /** Returns a new entry of {@code sizeBytes}, 8 or 16, without edges. */
    public Symbol newEntry(int sizeBytes) {
        return graph.anonymous(live(got().addBlock(ZEROS.asSlice(0, sizeBytes), Long.BYTES)));
    }

    private Section got() {
        return graph.section(GOT, Section.Use.CONSTANTS);
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
