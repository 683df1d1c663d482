package dev.orcinus.loader.image;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.DebugObject;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.LinkedParts;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.image.ProgramTables.AddressIn;
import dev.orcinus.loader.image.ProgramTables.DebugFile;
import dev.orcinus.loader.image.ProgramTables.Defined;
import dev.orcinus.loader.image.ProgramTables.Extent;
import dev.orcinus.loader.image.ProgramTables.Functions;
import dev.orcinus.loader.image.ProgramTables.KeptEdge;
import dev.orcinus.loader.image.ProgramTables.Moved;
import dev.orcinus.loader.image.ProgramTables.Named;
import dev.orcinus.loader.image.ProgramTables.OutsideSymbol;
import dev.orcinus.loader.image.ProgramTables.ThreadLocals;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.observe.SymbolRange;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The graph of a kept program: a block for the memory of each use, whose words are moved by what
 * its place differs from the first one, and the edges that are written anew.
 */
final class ImageGraph implements LinkedParts {
    private static final String SECTION = "$program";
    private static final String FUNCTIONS = "$functions";

    private final ProgramImage image;
    private final LinkGraph graph;
    private final Map<Section.Use, Block> blocks = new EnumMap<>(Section.Use.class);
    private final List<Block> threadLocals = new ArrayList<>();
    private final List<Symbol> outside = new ArrayList<>();
    private ProgramTables tables;
    private List<List<Named>> names;
    private Symbol startOfThreadLocals;

    ImageGraph(ProgramImage image, LinkGraph graph) {
        this.image = image;
        this.graph = graph;
        graph.setParts(this);
    }

    LinkGraph graph() {
        return graph;
    }

    /** Adds the memory of a use. */
    void add(Section.Use use, MemorySegment content) {
        blocks.put(use, kept(graph.section(SECTION, use).addBlock(content, image.pageBytes())));
    }

    private Block kept(Block block) {
        graph.retained().add(block);
        return block;
    }

    void add(ProgramTables read) {
        tables = read;
        read.threadLocals().forEach(this::add);
        read.outside().forEach(this::add);
        for (Defined symbol : read.definitions()) {
            graphSymbol(symbol).as(symbol.linkage(), symbol.scope());
        }
        for (KeptEdge edge : read.edges()) {
            add(edge, edge.from());
        }
        read.initializers().forEach(this::add);
    }

    private void add(ThreadLocals part) {
        Section section = graph.section(part.section(), Section.Use.THREAD_LOCALS);
        Block block =
                part.content().length == 0
                        ? section.addZeroFill(part.sizeBytes(), part.alignmentBytes())
                        : section.addBlock(
                                MemorySegment.ofArray(part.content()), part.alignmentBytes());
        block.setAlignmentOffset(part.alignmentOffset());
        threadLocals.add(kept(block));
    }

    private void add(OutsideSymbol symbol) {
        Symbol external = graph.external(symbol.name(), symbol.linkage(), symbol.threadLocal());
        if (symbol.needsObject()) {
            external.setNeedsObject();
        }
        outside.add(external);
    }

    private Symbol graphSymbol(Defined symbol) {
        Symbol made = graphSymbol(symbol.name(), symbol.place(), symbol.sizeBytes());
        if (symbol.isInline()) {
            made.setInline();
        }
        return made;
    }

    private Symbol graphSymbol(String name, Place place, long sizeBytes) {
        return switch (place) {
            case Place.InMemory(Section.Use use, long offset) ->
                    graph.define(name, blocks.get(use), offset, sizeBytes);
            case Place.InThreadLocals(int block, long offset) ->
                    graph.define(name, threadLocals.get(block), offset, sizeBytes);
            case Place.Fixed(long address) ->
                    graph.absolute(name, new ExecutorAddress(address), sizeBytes);
            case Place.StartOfThreadLocals() -> startOfThreadLocals();
            case Place.Outside(int symbol) -> outside.get(symbol);
        };
    }

    private Symbol startOfThreadLocals() {
        if (startOfThreadLocals == null) {
            startOfThreadLocals = graph.threadLocalBase("");
        }
        return startOfThreadLocals;
    }

    private void add(KeptEdge edge, Place from) {
        switch (from) {
            case Place.InMemory(Section.Use use, long offset) -> add(edge, blocks.get(use), offset);
            case Place.InThreadLocals(int block, long offset) ->
                    add(edge, threadLocals.get(block), offset);
            case Place.Fixed _, Place.StartOfThreadLocals _, Place.Outside _ ->
                    throw new IllegalArgumentException("an edge at " + from);
        }
    }

    private void add(KeptEdge edge, Block block, long offset) {
        Symbol target = graphSymbol("", edge.target(), 0);
        block.addEdge(edge.kind(), Math.toIntExact(offset), target, edge.addend());
    }

    /** Adds an array of functions; what the program itself has of it, only its own code knows. */
    private void add(Functions array) {
        MemorySegment zeros = MemorySegment.ofArray(new byte[Math.toIntExact(array.sizeBytes())]);
        Block block = graph.section(FUNCTIONS, Section.Use.CONSTANTS).addBlock(zeros, Long.BYTES);
        for (KeptEdge edge : array.edges()) {
            add(edge, block, ((Place.InMemory) edge.from()).offset());
        }
        graph.initializers().add(new Initializer(array.kind(), block));
    }

    @Override
    public List<AddressRange> frames() {
        List<AddressRange> ranges = new ArrayList<>(tables.frames().size());
        for (Extent part : tables.frames()) {
            ExecutorAddress start = blocks.get(part.use()).address().plus(part.offset());
            ranges.add(AddressRange.of(start, part.sizeBytes()));
        }
        return ranges;
    }

    @Override
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>(tables.objects().size());
        Map<Integer, DebugPart> debugged = debugParts();
        for (int i = 0; i < tables.objects().size(); i++) {
            Optional<DebugPart> debug = Optional.ofNullable(debugged.get(i));
            parts.add(new ImagePart(this, tables.objects().get(i), i, debug));
        }
        return parts;
    }

    private Map<Integer, DebugPart> debugParts() {
        Map<Integer, DebugPart> parts = new HashMap<>();
        long at = 0;
        for (DebugFile file : tables.debugFiles()) {
            parts.put(file.object(), new DebugPart(file, at));
            at += file.sizeBytes();
        }
        return parts;
    }

    /**
     * What debuggers read of an object.
     *
     * @param at its place among those of all objects
     */
    private record DebugPart(DebugFile file, long at) {}

    /**
     * An object that was linked.
     *
     * @param name of its file
     * @param number its place in the tables
     * @param debug what debuggers read of it, if any
     */
    private record ImagePart(ImageGraph graph, String name, int number, Optional<DebugPart> debug)
            implements Part {
        @Override
        public Optional<byte[]> debugObject() {
            return debug.flatMap(graph::placed);
        }

        @Override
        public List<SymbolRange> symbols() {
            return graph.names().get(number).stream().map(graph::placed).toList();
        }
    }

    /** Reads the names when they are asked for first. */
    private synchronized List<List<Named>> names() {
        if (names == null) {
            names = image.names();
        }
        return names;
    }

    private Optional<byte[]> placed(DebugPart part) {
        Optional<byte[]> content = image.debugFile(part.at(), part.file().sizeBytes());
        content.map(MemorySegment::ofArray).ifPresent(bytes -> place(part.file(), bytes));
        return content;
    }

    private void place(DebugFile file, MemorySegment content) {
        for (AddressIn section : file.addresses()) {
            long start = blocks.get(section.use()).addressValue();
            content.set(DebugObject.ADDRESS, section.at(), start + section.offset());
        }
    }

    private SymbolRange placed(Named symbol) {
        ExecutorAddress start = blocks.get(symbol.use()).address().plus(symbol.offset());
        return new SymbolRange(symbol.name(), AddressRange.of(start, symbol.sizeBytes()));
    }

    @Override
    public void copy(Block block, MemorySegment content) {
        if (!blocks.containsValue(block)) {
            content.copyFrom(block.content());
            return;
        }
        for (Extent part : tables.contents()) {
            if (blocks.get(part.use()) == block) {
                long start = part.offset();
                MemorySegment.copy(block.content(), start, content, start, part.sizeBytes());
            }
        }
        move(block, content);
    }

    private void move(Block block, MemorySegment content) {
        for (Moved words : tables.moved()) {
            if (blocks.get(words.use()) == block) {
                long distance = moved(words.grows()) - moved(words.shrinks());
                if (distance != 0) {
                    move(words, distance, content);
                }
            }
        }
    }

    /** Returns by how much the memory of a use has moved; 0 if there is no use. */
    private long moved(Section.Use use) {
        return use == null ? 0 : blocks.get(use).addressValue() - image.memory(use).start();
    }

    private static void move(Moved words, long distance, MemorySegment content) {
        int[] offsets = words.offsets().toArray(ValueLayout.JAVA_INT_UNALIGNED);
        if (words.sizeBytes() == Long.BYTES) {
            for (int offset : offsets) {
                long before = content.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
                content.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, before + distance);
            }
        } else {
            for (int offset : offsets) {
                int before = content.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
                content.set(
                        ValueLayout.JAVA_INT_UNALIGNED, offset, Math.toIntExact(before + distance));
            }
        }
    }
}
