package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An object source in a dylib, with what has come of it. Guarded by the session's lock. */
public final class LazyObjects {
    private final Dylib dylib;
    private final ObjectSource source;
    private final Preparation preparation;
    private final List<Unit> units = new ArrayList<>();

    /** What is done to an object before it is added. */
    @FunctionalInterface
    interface Preparation {
        /** Does it. */
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

    /** The objects that have been needed so far. */
    List<Unit> units() {
        return units;
    }

    /** Adds the object that defines a symbol, if there is one; answers whether there was. */
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
