package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.DebugObject;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.image.Place;
import dev.orcinus.loader.image.ProgramImage;
import dev.orcinus.loader.image.ProgramTables;
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
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.FunctionSection;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Records a program while it is linked, so that it need not be linked again: the content of its
 * memory, the words in it that change if that memory moves, and the edges that have to be written
 * anew, which are those to what its objects do not define and those of thread-locals. A program is
 * left alone if something in it needs more than that. Objects that the loader has made for the
 * dylib are none of the program's. The session's lock guards it; {@link #take} may be called by
 * several threads, each for another object.
 */
public final class ProgramRecorder {
    private static final long MOST_BYTES = 256L << 20;

    private final Map<Unit, RecordedObject> objects = new LinkedHashMap<>();
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<OutsideSymbol> outside = new ArrayList<>();
    private RecordedPlaces places;
    private ProgramImage image;
    private volatile boolean isRefused;

    /** Whether its file could not be written, which another one may be later. */
    private volatile boolean hasFailed;

    private boolean isComplete;

    /**
     * Begins when the objects of a batch are placed. Objects that are linked later are not recorded
     * any more; a program that has some is left alone.
     */
    void begin(LinkBatch batch, long pageBytes) {
        List<Unit> units =
                batch.units().stream()
                        .filter(unit -> !unit.graph().isGenerated())
                        .sorted(Comparator.comparingLong(Unit::serial))
                        .toList();
        if (units.isEmpty()) {
            return;
        }
        isRefused |= !objects.isEmpty() || !batch.joined().isEmpty() || !arePlain(units, pageBytes);
        if (isRefused) {
            return;
        }
        places = new RecordedPlaces(batch, units);
        units.forEach(unit -> objects.put(unit, new RecordedObject(places)));
        isRefused = places.sizeBytes() + debugBytes(units) > MOST_BYTES;
        if (!isRefused) {
            createImage(units.getFirst().graph(), pageBytes);
        }
    }

    private static long debugBytes(List<Unit> units) {
        return units.stream()
                .map(unit -> unit.graph().debugObject())
                .filter(Objects::nonNull)
                .mapToLong(object -> object.bytes().byteSize())
                .sum();
    }

    private static boolean arePlain(List<Unit> units, long pageBytes) {
        Dylib dylib = units.getFirst().dylib();
        return !dylib.rules().hasOtherNames()
                && units.stream()
                        .allMatch(unit -> unit.dylib() == dylib && isPlain(unit, pageBytes));
    }

    /** Returns whether an object has nothing that a graph of a kept program cannot have. */
    private static boolean isPlain(Unit unit, long pageBytes) {
        LinkGraph graph = unit.graph();
        return graph.parts() == null
                && graph.finalizeActions().isEmpty()
                && !unit.dylib().rules().needsExecutableStack(graph)
                && !unit.rooms().containsKey(Section.Use.LARGE)
                && graph.initializers().stream().noneMatch(ProgramRecorder::needsOrder)
                && graph.sections().stream()
                        .flatMap(section -> section.blocks().stream())
                        .allMatch(block -> block.alignmentBytes() <= pageBytes);
    }

    /** Returns whether the rank of finalizers depends on their object's place among the others. */
    private static boolean needsOrder(Initializer initializer) {
        return initializer.isInObjectOrder()
                && initializer.kind().when() == FunctionSection.When.FINALIZE;
    }

    /** Makes the image's file; a full disk costs time, no more. */
    private void createImage(LinkGraph first, long pageBytes) {
        try {
            image =
                    ProgramImage.create(
                            first.format(), first.architecture(), places.memory(), pageBytes);
        } catch (IOException _) {
            fail();
        }
    }

    private void fail() {
        hasFailed = true;
        isRefused = true;
    }

    /** Takes a segment of an object whose edges have been written. */
    void take(Unit unit, SegmentLayout segment, MemorySegment written) {
        RecordedObject object = objects.get(unit);
        if (isRefused || object == null) {
            return;
        }
        ExecutorAddress start = unit.rooms().get(segment.use()).start();
        long offset = places.offset(segment.use(), start);
        object.addContent(new Extent(segment.use(), offset, segment.contentBytes()));
        byte[] content = written.asSlice(0, segment.contentBytes()).toArray(ValueLayout.JAVA_BYTE);
        for (Block block : segment.blocks()) {
            if (!block.isZeroFill()) {
                object.take(block, (int) block.address().minus(start), offset, content);
            }
        }
        try {
            image.write(segment.use(), offset, content);
        } catch (IOException _) {
            fail();
        }
    }

    /** Ends when all objects of a batch are in place and still have their edges. */
    void end() {
        isRefused |= objects.values().stream().anyMatch(RecordedObject::isRefused);
        if (isRefused) {
            abandon();
        } else if (image != null && !isComplete) {
            complete();
        }
    }

    private void complete() {
        try {
            image.complete(
                    tables(),
                    objects.keySet().stream().map(this::names).toList(),
                    objects.keySet().stream()
                            .map(unit -> unit.graph().debugObject())
                            .filter(Objects::nonNull)
                            .map(DebugObject::bytes)
                            .toList());
            isComplete = true;
        } catch (IOException _) {
            fail();
            abandon();
        }
    }

    /** Returns whether the program is not recorded only because its file could not be written. */
    public boolean hasFailed() {
        return hasFailed;
    }

    /** Returns the program, which is the caller's from now on; empty if it is left alone. */
    Optional<ProgramImage> takeImage() {
        ProgramImage taken = isComplete ? image : null;
        if (taken != null) {
            image = null;
        }
        return Optional.ofNullable(taken);
    }

    /** Gives up what has been recorded and not been taken. */
    public void abandon() {
        isRefused = true;
        if (image != null) {
            image.close();
            image = null;
        }
    }

    private ProgramTables tables() {
        List<Defined> definitions = new ArrayList<>();
        List<KeptEdge> edges = new ArrayList<>();
        List<Functions> initializers = new ArrayList<>();
        List<Extent> frames = new ArrayList<>();
        List<Extent> contents = new ArrayList<>();
        Map<RecordedObject.Move, RecordedObject.Offsets> moved = new LinkedHashMap<>();
        objects.forEach(
                (unit, object) -> {
                    addDefinitions(unit, definitions);
                    addThreadLocalEdges(unit, object, edges);
                    object.edges().forEach(left -> edges.add(numbered(left)));
                    unit.graph()
                            .initializers()
                            .forEach(array -> initializers.add(functions(array, object)));
                    unit.frames().forEach(range -> frames.add(places.frames(range)));
                    contents.addAll(object.contents());
                    object.moved()
                            .forEach(
                                    (move, offsets) ->
                                            moved.computeIfAbsent(
                                                            move, _ -> new RecordedObject.Offsets())
                                                    .addAll(offsets));
                });
        return new ProgramTables(
                outside,
                places.threadLocals().stream().map(ProgramRecorder::threadLocals).toList(),
                definitions,
                edges,
                initializers,
                frames,
                contents,
                moved.entrySet().stream().map(e -> moved(e.getKey(), e.getValue())).toList(),
                objects.keySet().stream().map(Unit::name).toList(),
                debugFiles());
    }

    /** Returns which objects have files for debuggers, and where these have addresses. */
    private List<DebugFile> debugFiles() {
        List<DebugFile> files = new ArrayList<>();
        int number = 0;
        for (Unit unit : objects.keySet()) {
            DebugObject object = unit.graph().debugObject();
            if (object != null) {
                files.add(
                        new DebugFile(number, object.bytes().byteSize(), addresses(unit, object)));
            }
            number++;
        }
        return files;
    }

    /** Returns where a file has addresses; those of sections without a byte stay 0. */
    private List<AddressIn> addresses(Unit unit, DebugObject object) {
        List<AddressIn> addresses = new ArrayList<>();
        for (DebugObject.AddressOf section : object.addresses()) {
            Section.Use use = section.block().section().use();
            if (unit.rooms().containsKey(use) && section.block().addressValue() != 0) {
                long offset = places.offset(use, section.block().address());
                addresses.add(new AddressIn(section.offset(), use, offset));
            }
        }
        return addresses;
    }

    private static Moved moved(RecordedObject.Move move, RecordedObject.Offsets offsets) {
        return new Moved(
                move.use(), move.grows(), move.shrinks(), move.sizeBytes(), offsets.toSegment());
    }

    private static ThreadLocals threadLocals(Block block) {
        return new ThreadLocals(
                block.section().name(),
                block.content().toArray(ValueLayout.JAVA_BYTE),
                block.sizeBytes(),
                block.alignmentBytes(),
                block.alignmentOffset());
    }

    private void addThreadLocalEdges(Unit unit, RecordedObject object, List<KeptEdge> edges) {
        for (Section section : unit.graph().sections(Section.Use.THREAD_LOCALS)) {
            for (Block block : section.blocks()) {
                int number = places.threadLocal(block);
                addEdges(block, object, edges, o -> new Place.InThreadLocals(number, o));
            }
        }
    }

    /** A way to name the places in a block. */
    @FunctionalInterface
    private interface Placing {
        Place at(long offset);
    }

    /** Adds all edges of a block, wherever their targets are. */
    private void addEdges(
            Block block, RecordedObject object, List<KeptEdge> edges, Placing placing) {
        for (Edge edge : block.edges()) {
            if (!edge.kind().equals(EdgeKind.KEEP_ALIVE)) {
                edges.add(numbered(object.left(edge, placing.at(edge.offset()))));
            }
        }
    }

    private Functions functions(Initializer initializer, RecordedObject object) {
        List<KeptEdge> edges = new ArrayList<>();
        Block block = initializer.block();
        addEdges(block, object, edges, o -> new Place.InMemory(block.section().use(), o));
        return new Functions(initializer.kind(), block.sizeBytes(), edges);
    }

    private KeptEdge numbered(RecordedObject.Left left) {
        Place target =
                left.outside() == null ? left.target() : new Place.Outside(number(left.outside()));
        return new KeptEdge(left.kind(), left.from(), target, left.addend());
    }

    private int number(Symbol symbol) {
        Integer known = numbers.get(symbol.name());
        if (known == null) {
            known = outside.size();
            numbers.put(symbol.name(), known);
            outside.add(
                    new OutsideSymbol(
                            symbol.name(),
                            symbol.linkage(),
                            symbol.isThreadLocal(),
                            symbol.needsObject()));
        } else {
            outside.set(known, both(outside.get(known), symbol));
        }
        return known;
    }

    /** Returns a symbol of two objects; it is strong if one of the references is strong. */
    private static OutsideSymbol both(OutsideSymbol one, Symbol other) {
        return new OutsideSymbol(
                one.name(),
                other.linkage() == Linkage.STRONG ? Linkage.STRONG : one.linkage(),
                one.threadLocal() || other.isThreadLocal(),
                one.needsObject() || other.needsObject());
    }

    /** Adds the definitions of an object that count. */
    private void addDefinitions(Unit unit, List<Defined> definitions) {
        for (Symbol symbol : unit.graph().symbols()) {
            Definition counts = unit.dylib().definitions().get(symbol.name());
            if (symbol.scope() != Scope.LOCAL
                    && !symbol.isExternal()
                    && counts != null
                    && counts.symbol() == symbol) {
                definitions.add(
                        new Defined(
                                symbol.name(),
                                places.of(symbol),
                                symbol.sizeBytes(),
                                symbol.linkage(),
                                symbol.scope(),
                                symbol.isInline()));
            }
        }
    }

    private List<Named> names(Unit unit) {
        List<Named> names = new ArrayList<>();
        for (Symbol symbol : unit.graph().symbols()) {
            if (symbol.isDefined()
                    && !symbol.name().isEmpty()
                    && places.of(symbol) instanceof Place.InMemory(Section.Use use, long offset)) {
                names.add(new Named(symbol.name(), use, offset, symbol.sizeBytes()));
            }
        }
        return names;
    }
}
