package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.image.Place;
import dev.orcinus.loader.image.ProgramImage;
import dev.orcinus.loader.image.ProgramTables.Extent;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The places of what the objects of a program define, when they have been placed. Several threads
 * may ask once all objects are added.
 */
final class RecordedPlaces {
    private final LinkBatch batch;
    private final Set<Unit> units;
    private final Map<Section.Use, AddressRange> memory = new EnumMap<>(Section.Use.class);
    private final Map<Block, Integer> threadLocals = new LinkedHashMap<>();

    /** The places of some objects of a batch. */
    RecordedPlaces(LinkBatch batch, Collection<Unit> units) {
        this.batch = batch;
        this.units = new LinkedHashSet<>(units);
        for (Unit unit : units) {
            unit.rooms().forEach((use, room) -> memory.merge(use, room, ProgramDescription::hull));
            numberThreadLocals(unit.graph());
        }
    }

    private void numberThreadLocals(LinkGraph graph) {
        for (Section section : graph.sections(Section.Use.THREAD_LOCALS)) {
            for (Block block : section.blocks()) {
                threadLocals.put(block, threadLocals.size());
            }
        }
    }

    /** Returns the length of their memory in bytes, with the gaps in it. */
    long sizeBytes() {
        return memory.values().stream().mapToLong(AddressRange::sizeBytes).sum();
    }

    /** Returns their memory. */
    Map<Section.Use, ProgramImage.Memory> memory() {
        Map<Section.Use, ProgramImage.Memory> parts = new EnumMap<>(Section.Use.class);
        memory.forEach(
                (use, range) ->
                        parts.put(
                                use,
                                new ProgramImage.Memory(range.start().value(), range.sizeBytes())));
        return parts;
    }

    /** Returns their blocks of thread-locals, in the order of their numbers. */
    Collection<Block> threadLocals() {
        return threadLocals.keySet();
    }

    /** Returns the number of a block of thread-locals. */
    int threadLocal(Block block) {
        return threadLocals.get(block);
    }

    /** Returns whether none of the objects defines the target of an edge. */
    boolean isOutside(Symbol target) {
        if (!target.isExternal()) {
            return false;
        }
        Definition definition = batch.bound(target);
        return definition == null || !units.contains(definition.unit());
    }

    /** Returns the place of a symbol that one of the objects defines. */
    Place of(Symbol target) {
        Symbol symbol = target.isExternal() ? batch.bound(target).symbol() : target;
        if (!symbol.isDefined()) {
            return symbol.isThreadLocal()
                    ? new Place.StartOfThreadLocals()
                    : new Place.Fixed(symbol.addressValue());
        }
        Section.Use use = symbol.block().section().use();
        return use == Section.Use.THREAD_LOCALS
                ? new Place.InThreadLocals(threadLocal(symbol.block()), symbol.offset())
                : new Place.InMemory(use, offset(use, symbol.address()));
    }

    /** Returns the place of an address in the memory of a use. */
    long offset(Section.Use use, ExecutorAddress address) {
        return address.minus(memory.get(use).start());
    }

    /** Returns the place of call frame information. */
    Extent frames(AddressRange range) {
        for (Map.Entry<Section.Use, AddressRange> entry : memory.entrySet()) {
            if (entry.getValue().contains(range)) {
                Section.Use use = entry.getKey();
                return new Extent(use, offset(use, range.start()), range.sizeBytes());
            }
        }
        throw new IllegalStateException("frames at " + range + " lie in no segment");
    }
}
