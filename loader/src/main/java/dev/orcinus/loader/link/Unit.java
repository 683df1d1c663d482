package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.pass.LiveMarker;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One object in a dylib: added, then linked when somebody needs it, then removed. Guarded by the
 * session's lock.
 */
public final class Unit {
    private final Dylib dylib;
    private final LinkGraph graph;
    private LiveMarker marker;
    private final Map<Section.Use, AddressRange> rooms = new EnumMap<>(Section.Use.class);
    private State state = State.ADDED;
    private Placement placement;
    private ExecutorAddress key = ExecutorAddress.NULL;
    private List<RecordedInitializer> initializers = List.of();
    private ThreadLocalStorage threadLocals = ThreadLocalStorage.NONE;
    private boolean initialized;
    private volatile boolean ended;

    /** The life of an object. */
    enum State {
        /** Its definitions are known. */
        ADDED,
        /** It is being linked. */
        LINKING,
        /** Its code is in place. */
        LINKED,
        /** It is gone. */
        REMOVED
    }

    /**
     * Initializers in place.
     *
     * @param initializer what they are
     * @param functions in the order of the array
     */
    record RecordedInitializer(Initializer initializer, List<ExecutorAddress> functions) {}

    Unit(Dylib dylib, LinkGraph graph) {
        this.dylib = dylib;
        this.graph = graph;
        this.marker = new LiveMarker(graph);
    }

    /** The object's name. */
    public String name() {
        return graph.name();
    }

    Dylib dylib() {
        return dylib;
    }

    LinkGraph graph() {
        return graph;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /** Linking has failed, and may be tried again. */
    void startOver() {
        graph.startOver();
        marker = new LiveMarker(graph);
        state = State.ADDED;
    }

    List<Symbol> markRoots() {
        return marker.markRoots();
    }

    List<Symbol> mark(Symbol symbol) {
        return marker.mark(symbol);
    }

    /** From now on, nobody calls it. */
    void end() {
        ended = true;
    }

    /**
     * Requires that it can be called. For any thread, without a lock.
     *
     * @throws IllegalStateException if it has been removed, or is about to be
     */
    public void requireCallable() {
        if (ended) {
            throw new IllegalStateException(name() + " has been removed");
        }
    }

    /** Who has found room for it. */
    Placement placement() {
        return placement;
    }

    /** It will get its room from there. */
    void setPlacement(Placement newPlacement) {
        placement = newPlacement;
    }

    /** Where its segments are. */
    Map<Section.Use, AddressRange> rooms() {
        return rooms;
    }

    /** Its thread-local storage. */
    ThreadLocalStorage threadLocals() {
        return threadLocals;
    }

    /** Its thread-local storage has been opened, or has gone. */
    void setThreadLocals(ThreadLocalStorage storage) {
        threadLocals = storage;
    }

    /** The key of its allocation; null if it has none. */
    ExecutorAddress key() {
        return key;
    }

    List<RecordedInitializer> initializers() {
        return initializers;
    }

    /** Its code is in place. */
    void linked(ExecutorAddress allocationKey) {
        key = allocationKey;
        initializers =
                graph.initializers().stream()
                        .map(i -> new RecordedInitializer(i, functions(i.block())))
                        .toList();
        graph.end();
        state = State.LINKED;
    }

    private static List<ExecutorAddress> functions(Block array) {
        List<Edge> edges = new ArrayList<>(array.edges());
        edges.sort(Comparator.comparingInt(Edge::offset));
        return edges.stream()
                .map(e -> new ExecutorAddress(e.target().addressValue() + e.addend()))
                .filter(function -> !function.isNull()) // weak, and nobody defines it
                .toList();
    }

    /** Whether its initializers have been run, or are being run. */
    boolean isInitialized() {
        return initialized;
    }

    /** Its initializers are about to be run, or its finalizers. */
    void setInitialized(boolean isInitialized) {
        initialized = isInitialized;
    }
}
