package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.DebugObject;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.LinkedParts;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.runtime.observe.SymbolRange;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps that link one object: prune, lower, lay out, place, fill, finish. Each step is done for
 * all objects of a batch before the next, but that filling and finishing may take turns. The
 * session's lock guards it; steps that change nothing but the object's own graph and memory may be
 * taken for several objects at the same time: {@link #prune}, {@link #lower}, {@link #layOut},
 * {@link #settle}, {@link #fill}, {@link #end}.
 */
final class UnitLink {
    private static final Section.Use[] MAPPED = {
        Section.Use.CODE, Section.Use.CONSTANTS, Section.Use.VARIABLES, Section.Use.LARGE
    };

    private final Unit unit;
    private final LinkGraph graph;
    private final LinkBatch batch;
    private final Placement placement;
    private final List<SegmentLayout> segments = new ArrayList<>(MAPPED.length);
    private TargetAllocation allocation;
    private PendingAllocation pending;
    private ExecutorAddress key;

    UnitLink(Unit unit, LinkBatch batch, Placement placement) {
        this.unit = unit;
        this.graph = unit.graph();
        this.batch = batch;
        this.placement = placement;
        unit.setPlacement(placement);
    }

    Unit unit() {
        return unit;
    }

    /** Removes dead blocks and symbols. */
    void prune() {
        graph.removeDead();
    }

    /** Resolves references to what has an address already. */
    void resolveKnown() {
        for (Symbol external : graph.externals()) {
            Definition definition = batch.bound(external);
            if (definition != null && !isInBatch(definition) && !definition.isLate()) {
                external.resolve(definition.address());
            }
        }
    }

    /** Makes GOT entries and stubs for the edges that need them. */
    void lower(Architecture architecture) {
        architecture.lower(graph, this::isNear);
    }

    private boolean isInBatch(Definition definition) {
        return !definition.isAbsolute() && batch.units().contains(definition.unit());
    }

    private boolean isNear(Symbol symbol) {
        return switch (symbol.kind()) {
            case DEFINED ->
                    !isLarge(symbol)
                            && (placement.keepsObjectsNear() || !batch.isJoined(symbol.block()));
            case ABSOLUTE -> isNear(symbol.address());
            case EXTERNAL -> {
                Definition definition = batch.bound(symbol);
                yield definition != null && isNear(definition);
            }
        };
    }

    private boolean isNear(Definition definition) {
        return definition.isFixed()
                ? isNear(definition.address())
                : !isLarge(definition.symbol())
                        && placement.keepsObjectsNear()
                        && placement.equals(definition.unit().placement());
    }

    private static boolean isLarge(Symbol symbol) {
        return symbol.isDefined() && symbol.block().section().use() == Section.Use.LARGE;
    }

    private boolean isNear(ExecutorAddress address) {
        return !address.isNull() && placement.isNear(address);
    }

    /** Lays the graph out. */
    void layOut() {
        for (Section.Use use : MAPPED) {
            SegmentLayout segment = SegmentLayout.of(graph, use);
            if (segment.sizeBytes() != 0) {
                segments.add(segment);
            }
        }
    }

    /** Takes room for the graph. */
    void place() {
        if (!segments.isEmpty()) {
            unit.rooms().putAll(room());
        }
    }

    /** Gives the blocks their addresses in the room. */
    void settle() {
        segments.forEach(segment -> segment.placeAt(unit.rooms().get(segment.use())));
    }

    private Map<Section.Use, AddressRange> room() {
        try {
            return placement.place(segments);
        } catch (TargetException e) {
            throw new TargetException(graph.name() + ": " + e.getMessage(), e, e.exitStatus());
        }
    }

    /** Returns whether the object has no bytes in memory. */
    boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Returns the number of bytes that are copied into memory. */
    long contentBytes() {
        long bytes = 0;
        for (SegmentLayout segment : segments) {
            bytes += segment.contentBytes();
        }
        return bytes;
    }

    /** Returns the object's functions that are called when the whole batch is in place. */
    List<Symbol> finalizeActions() {
        return graph.finalizeActions();
    }

    /**
     * Resolves references to objects of the batch, which are all placed now, and to libraries that
     * have been opened since.
     */
    void resolve() {
        for (Symbol external : graph.externals()) {
            Definition definition = batch.bound(external);
            if (definition != null && (definition.late() != null || isInBatch(definition))) {
                external.resolve(definition.address());
            }
        }
    }

    /** Begins the allocation of its memory. */
    void begin(LinkTarget target) {
        allocation = target.begin(plans());
    }

    /** Copies the contents into memory, and writes all edges. */
    void fill(Architecture architecture, Optional<ProgramRecorder> recorder) {
        for (int i = 0; i < segments.size(); i++) {
            SegmentLayout segment = segments.get(i);
            MemorySegment content = allocation.content(i);
            fill(segment, content, architecture);
            recorder.ifPresent(r -> r.take(unit, segment, content));
        }
    }

    /**
     * Begins to finalize the allocation.
     *
     * @param actions functions of any object of the batch that finalizing calls
     */
    void finish(List<Symbol> actions) {
        pending = allocation.finish(actions(actions));
    }

    /** Gives the allocation up, if it has begun and is not finished. */
    void abandon() {
        TargetAllocation begun = allocation;
        allocation = null;
        if (begun != null) {
            begun.abandon();
        }
    }

    private List<SegmentPlan> plans() {
        List<SegmentPlan> plans = new ArrayList<>(segments.size());
        for (SegmentLayout segment : segments) {
            plans.add(
                    new SegmentPlan(
                            new AllocGroup(segment.use().prot(), MemLifetime.STANDARD),
                            unit.rooms().get(segment.use()).start(),
                            segment.contentBytes(),
                            segment.sizeBytes()));
        }
        return plans;
    }

    private void fill(SegmentLayout segment, MemorySegment content, Architecture architecture) {
        ExecutorAddress start = unit.rooms().get(segment.use()).start();
        segment.copyTo(graph, content, start);
        JoinedSections joined = batch.joined().get(unit);
        Map<Block, LinkGraph> owners = joined == null ? Map.of() : joined.owners();
        segment.fixUp(graph, owners, architecture, content, start);
    }

    private List<TargetAction.Pair> actions(List<Symbol> functions) {
        List<TargetAction.Pair> actions = new ArrayList<>();
        if (unit.threadLocals().isOpen()) {
            actions.add(
                    new TargetAction.Pair(
                            TargetAction.NONE,
                            new TargetAction.CloseThreadLocals(unit.threadLocals().handle())));
        }
        unit.setFrames(frames());
        for (AddressRange range : unit.frames()) {
            actions.add(
                    new TargetAction.Pair(
                            new TargetAction.RegisterEhFrame(range),
                            new TargetAction.DeregisterEhFrame(range)));
        }
        for (Symbol action : functions) {
            actions.add(
                    new TargetAction.Pair(
                            new TargetAction.CallWrapper(action.address()), TargetAction.NONE));
        }
        return actions;
    }

    private List<AddressRange> frames() {
        if (graph.parts() != null) {
            return graph.parts().frames();
        }
        Section ehFrame = graph.ehFrame();
        if (ehFrame == null || ehFrame.blocks().size() <= 1) {
            return List.of();
        }
        Block last = ehFrame.blocks().getLast();
        return List.of(
                new AddressRange(
                        ehFrame.blocks().getFirst().address(),
                        last.address().plus(last.sizeBytes())));
    }

    /** Waits until the object is in place. */
    void complete() {
        key = pending == null ? ExecutorAddress.NULL : pending.await();
    }

    /** Tells observers of the object's code. */
    void show(LinkTarget target) {
        if (graph.parts() != null) {
            unit.setObserved(shown(graph.parts().parts(), target));
            return;
        }
        Optional<byte[]> object = Optional.ofNullable(graph.debugObject()).map(DebugObject::placed);
        LinkGraph shown = graph;
        unit.setObserved(target.codeArrived(graph.name(), () -> symbols(shown), object));
    }

    private static LinkTarget.ObservedCode shown(List<LinkedParts.Part> parts, LinkTarget target) {
        List<LinkTarget.ObservedCode> observed = new ArrayList<>(parts.size());
        for (LinkedParts.Part part : parts) {
            observed.add(target.codeArrived(part.name(), part::symbols, part.debugObject()));
        }
        return () -> observed.forEach(LinkTarget.ObservedCode::left);
    }

    private static List<SymbolRange> symbols(LinkGraph graph) {
        return graph.symbols().stream()
                .filter(symbol -> symbol.isDefined() && !symbol.name().isEmpty())
                .map(
                        symbol ->
                                new SymbolRange(
                                        symbol.name(),
                                        AddressRange.of(symbol.address(), symbol.sizeBytes())))
                .toList();
    }

    /**
     * Notes that all objects of the batch are in place; the graph forgets what it was linked by.
     */
    void end() {
        unit.linked(key);
    }

    /** Tells the dylib that the object is in place. */
    void commit() {
        unit.dylib().linked(unit);
    }

    /**
     * Notes which objects this one refers to. Neighbouring references often have the same object.
     */
    void noteUses() {
        Unit last = unit;
        for (Symbol external : graph.externals()) {
            Definition definition = batch.bound(external);
            if (definition == null) {
                continue;
            }
            if (definition.giver() != null) {
                unit.useAddressOf(definition.giver());
            }
            Unit other = definition.isAbsolute() ? unit : definition.unit();
            if (other != last && other != unit) {
                unit.use(other);
            }
            last = other;
        }
    }

    /** Undoes the steps that have been done. */
    void undo(LinkTarget target) {
        boolean allocated = false;
        if (pending != null) {
            try {
                target.deallocate(List.of(pending.await()));
                allocated = true;
            } catch (TargetException alreadyUndone) {
                allocated = true;
            }
        }
        unit.endObserved();
        unit.startOver();
        try {
            closeThreadLocals(target);
        } finally {
            placement.giveBack(unit.rooms(), allocated);
            unit.rooms().clear();
        }
    }

    /**
     * Closes the thread-local storage. A dealloc action may have closed it already; that is no
     * error.
     */
    private void closeThreadLocals(LinkTarget target) {
        OpenThreadLocals storage = unit.threadLocals();
        unit.setThreadLocals(OpenThreadLocals.NONE);
        if (storage.isOpen()) {
            target.closeThreadLocals(storage.handle());
        }
    }
}
