package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An object source in a dylib, with the objects that have been added from it. The session's lock
 * guards it.
 */
public final class LazyObjects {
    private final Dylib dylib;
    private final ObjectSource source;
    private final Preparation preparation;
    private final List<Unit> units = new ArrayList<>();

    /** A change that is made to an object before it is added. */
    @FunctionalInterface
    interface Preparation {
        /** Returns the changed graph. */
        LinkGraph prepare(LinkGraph graph);
    }

    LazyObjects(Dylib dylib, ObjectSource source, Preparation preparation) {
        this.dylib = dylib;
        this.source = source;
        this.preparation = preparation;
    }

    Dylib dylib() {
        return dylib;
    }

    /** Returns the objects that have been needed so far. */
    List<Unit> units() {
        return units;
    }

    /** Adds the object that defines a symbol, and returns whether there was one. */
    boolean add(String symbol) {
        Optional<LinkGraph> graph = source.take(symbol);
        if (graph.isEmpty()) {
            return false;
        }
        try {
            units.add(dylib.add(preparation.prepare(graph.get())));
            return true;
        } catch (RuntimeException e) {
            source.giveBack(symbol);
            throw e;
        }
    }
}
