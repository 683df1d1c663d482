package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.pass.LiveMarker;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.FunctionSection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One object in a dylib: it is added, linked when it is needed, and removed. The session's lock
 * guards it.
 */
public final class Unit {
    private final Dylib dylib;
    private final LinkGraph graph;
    private final long serial;
    private LiveMarker marker;
    private final Map<Section.Use, AddressRange> rooms = new EnumMap<>(Section.Use.class);
    private LinkTarget.ObservedCode observed = () -> {};
    private State state = State.ADDED;
    private Placement placement;
    private ExecutorAddress key = ExecutorAddress.NULL;
    private List<AddressRange> frames = List.of();
    private List<Recorded> sections = List.of();
    private OpenThreadLocals threadLocals = OpenThreadLocals.NONE;
    private boolean recorded;
    private boolean joined;
    private volatile Lifetime lifetime;
    private final Set<Unit> users = new HashSet<>();
    private final Set<Unit> used = new HashSet<>();
    private final Set<Dylib> givers = new HashSet<>();

    /** The states of an object. */
    enum State {
        /** Its definitions are known. */
        ADDED,
        /** It is being linked. */
        LINKING,
        /** Its code is in place. */
        LINKED,
        /** It has been removed. */
        REMOVED
    }

    /**
     * An array of function pointers that is in place.
     *
     * @param section the kind of the functions, and the address of the array
     * @param functions the functions in the order of the array
     */
    record Recorded(FunctionSection section, List<ExecutorAddress> functions) {}

    Unit(Dylib dylib, LinkGraph graph, long serial) {
        this.dylib = dylib;
        this.graph = graph;
        this.serial = serial;
        this.marker = new LiveMarker(graph);
        this.lifetime = new Lifetime(graph.name(), "has been removed");
    }

    /** Returns a hash that is quicker to have than one of its identity. */
    @Override
    public int hashCode() {
        return Long.hashCode(serial) + graph.name().hashCode();
    }

    /** Returns the object's name. */
    public String name() {
        return graph.name();
    }

    /** Returns the libraries that the object asks its linker for, as {@code -l} names them. */
    public List<String> libraries() {
        return graph.libraries();
    }

    Dylib dylib() {
        return dylib;
    }

    /** Returns its place in the order of adding. */
    long serial() {
        return serial;
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

    /** Undoes linking that has failed, so that it can be tried again. */
    void startOver() {
        graph.startOver();
        marker = new LiveMarker(graph);
        state = State.ADDED;
    }

    /** Notes where its call frame information is. */
    void setFrames(List<AddressRange> sections) {
        frames = sections;
    }

    /** Returns where its call frame information is; empty if it has none. */
    List<AddressRange> frames() {
        return frames;
    }

    /**
     * Marks what is always needed.
     *
     * @param withExported whether everything that it exports is needed, too
     * @return the external symbols that are newly marked
     */
    List<Symbol> markRoots(boolean withExported) {
        List<Symbol> found = new ArrayList<>(marker.markRoots());
        if (withExported) {
            for (Symbol symbol : List.copyOf(graph.symbols())) {
                if (symbol.scope() != Scope.LOCAL && !symbol.isExternal()) {
                    found.addAll(marker.mark(symbol));
                }
            }
        }
        return found;
    }

    List<Symbol> mark(Symbol symbol) {
        return marker.mark(symbol);
    }

    /** Returns the lifetime of its code and data. */
    public Lifetime lifetime() {
        return lifetime;
    }

    /** Gives each of two objects the other's lifetime. */
    static void exchangeLifetimes(Unit one, Unit other) {
        Lifetime first = one.lifetime;
        one.lifetime = other.lifetime;
        other.lifetime = first;
    }

    /** Notes that its code refers to that of {@code other}. */
    void use(Unit other) {
        if (used.add(other)) {
            other.users.add(this);
        }
    }

    /** Notes that its code refers to an absolute definition of a dylib. */
    void useAddressOf(Dylib giver) {
        if (giver != dylib && givers.add(giver)) {
            giver.users().add(this);
        }
    }

    /** Returns the objects whose code refers to this one. */
    Set<Unit> users() {
        return users;
    }

    /** Notes that it is removed and uses no other object any more. */
    void stopUsing() {
        used.forEach(other -> other.users.remove(this));
        used.clear();
        givers.forEach(giver -> giver.users().remove(this));
        givers.clear();
    }

    /** Returns the placement that finds room for it. */
    Placement placement() {
        return placement;
    }

    /** Sets the placement that will find room for it. */
    void setPlacement(Placement newPlacement) {
        placement = newPlacement;
    }

    /** Returns the ranges of its segments. */
    Map<Section.Use, AddressRange> rooms() {
        return rooms;
    }

    /** Returns its thread-local storage. */
    OpenThreadLocals threadLocals() {
        return threadLocals;
    }

    /** Sets its thread-local storage, which has been opened or closed. */
    void setThreadLocals(OpenThreadLocals storage) {
        threadLocals = storage;
    }

    /** Sets the code that observers have been told of. */
    void setObserved(LinkTarget.ObservedCode code) {
        observed = code;
    }

    /** Tells observers that its code is about to be removed. */
    void endObserved() {
        LinkTarget.ObservedCode code = observed;
        observed = () -> {};
        code.left();
    }

    /** Returns the key of its allocation; null if it has none. */
    ExecutorAddress key() {
        return key;
    }

    /** Returns the function arrays that are called when its dylib is opened or closed. */
    List<Recorded> sections() {
        return sections;
    }

    /** Notes that its code is in place. */
    void linked(ExecutorAddress allocationKey) {
        key = allocationKey;
        sections =
                graph.initializers().stream()
                        .map(this::recorded)
                        .filter(r -> !r.functions().isEmpty())
                        .toList();
        graph.end();
        state = State.LINKED;
    }

    private Recorded recorded(Initializer initializer) {
        Block block = initializer.block();
        AddressRange range = AddressRange.of(block.address(), block.sizeBytes());
        return new Recorded(new FunctionSection(kind(initializer), range), functions(block));
    }

    private FunctionSection.Kind kind(Initializer initializer) {
        FunctionSection.Kind kind = initializer.kind();
        boolean isLater = kind.when() == FunctionSection.When.FINALIZE;
        return isLater && initializer.isInObjectOrder()
                ? new FunctionSection.Kind(
                        kind.when(), Math.toIntExact(kind.rank() - serial), kind.lastFirst())
                : kind;
    }

    private static List<ExecutorAddress> functions(Block array) {
        List<Edge> edges = new ArrayList<>(array.edges());
        edges.sort(Comparator.comparingInt(Edge::offset));
        return edges.stream()
                .map(e -> new ExecutorAddress(e.target().addressValue() + e.addend()))
                .filter(function -> !function.isNull()) // a weak symbol that is not defined
                .toList();
    }

    /** Returns whether parts of it lie between those of other objects. */
    boolean isJoined() {
        return joined;
    }

    /** Notes that parts of it lie between those of other objects. */
    void setJoined() {
        joined = true;
    }

    /**
     * Returns whether it has something between bounds, or had it before it was linked: nothing may
     * have needed it.
     */
    boolean hasPartOf(Bound bound) {
        for (Section section : graph.sections()) {
            if (bound.includes(section.name())
                    && (state == State.LINKED || !section.blocks().isEmpty())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the runtime knows its sections, so that they run with its dylib. */
    boolean isRecorded() {
        return recorded;
    }

    /** Notes that the runtime knows its sections. */
    void setRecorded() {
        recorded = true;
    }
}
