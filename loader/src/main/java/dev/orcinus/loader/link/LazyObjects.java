package dev.orcinus.loader.link;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.loader.graph.LinkGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An object source in a dylib, with the objects that have been added from it. The session's lock
 * guards it.
 */
public final class LazyObjects {
    private final Dylib dylib;
    private final ObjectSource source;
    private final Preparation preparation;
    private final UnaryOperator<LinkGraph> prepareAhead;
    private final List<Unit> units = new ArrayList<>();
    private final int librariesBefore;

    /** A change that is made to an object before it is added. */
    @FunctionalInterface
    interface Preparation {
        /** Returns the changed graph. */
        LinkGraph prepare(LinkGraph graph);

        /**
         * Makes those of the changes that any thread can make, before {@link #prepare}, and returns
         * the graph.
         */
        default LinkGraph prepareAhead(LinkGraph graph) {
            return graph;
        }
    }

    LazyObjects(Dylib dylib, ObjectSource source, Preparation preparation) {
        this.dylib = dylib;
        this.source = source;
        this.preparation = preparation;
        this.prepareAhead = preparation::prepareAhead;
        this.librariesBefore = dylib.libraryCount();
    }

    /** Returns how many libraries the dylib had named when this was added. */
    int librariesBefore() {
        return librariesBefore;
    }

    Dylib dylib() {
        return dylib;
    }

    /** Returns the objects that have been needed so far. */
    List<Unit> units() {
        return units;
    }

    /** Does what {@link ObjectSource#expect} does. */
    boolean expect(IndexedName symbol, ReadAhead objects) {
        return source.expect(symbol, objects, prepareAhead);
    }

    /** Forgets the objects that were expected and have not been added. */
    void expectNothing() {
        source.expectNothing();
    }

    /** Adds the object that defines a symbol, and returns whether there was one. */
    boolean add(IndexedName symbol) {
        Optional<LinkGraph> graph = source.take(symbol);
        if (graph.isEmpty()) {
            return false;
        }
        add(symbol, graph.get());
        return true;
    }

    /** Adds the object that defines a symbol by more than a common one, if there is one. */
    Optional<Unit> addDefinition(IndexedName symbol) {
        return source.takeDefinition(symbol).map(graph -> add(symbol, graph));
    }

    private Unit add(IndexedName symbol, LinkGraph graph) {
        try {
            Unit unit = dylib.add(preparation.prepare(graph));
            units.add(unit);
            return unit;
        } catch (RuntimeException e) {
            source.giveBack(symbol);
            throw e;
        }
    }
}
