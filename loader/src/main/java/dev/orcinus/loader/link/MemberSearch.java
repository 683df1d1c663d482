package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The search for all objects that a batch may need. It adds members of archives by the rules of
 * static linkers (System V ABI, "Archive File"; ld's manual, "Options", archives): an undefined
 * symbol takes the member that defines it, whether or not code refers to the symbol; a weak one
 * takes none; a common one takes a member that really defines it. When the search ends, it is known
 * which definition of each name counts. The session's lock guards it.
 */
final class MemberSearch {
    private final Runnable requirement;
    private final Set<Unit> units = new LinkedHashSet<>();
    private final Deque<Unit> left = new ArrayDeque<>();
    private final Map<Dylib, Set<String>> absent = new HashMap<>();
    private final Map<Dylib, Bounds> bounds = new LinkedHashMap<>();
    private final ReadAhead ahead = new ReadAhead();
    private final Map<Dylib, Set<String>> expected = new HashMap<>();
    private List<Weak> weak = new ArrayList<>();

    /**
     * A search that has found nothing.
     *
     * @param requirement throws if nobody waits for its result; it is asked before each object
     */
    MemberSearch(Runnable requirement) {
        this.requirement = requirement;
    }

    /** A weak reference that no object defines yet. */
    private record Weak(Unit unit, String name) {}

    /**
     * The bounds that objects of a dylib refer to, and that nothing defines.
     *
     * @param format of the objects
     * @param architecture the processor's name
     * @param bounds by the names of their symbols
     */
    record Bounds(GraphFormat format, String architecture, Map<String, Bound> bounds) {}

    /** Returns the objects that have been found, of those that are not linked yet. */
    Collection<Unit> units() {
        return units;
    }

    /** Adds an object, and later those that it needs. */
    void add(Unit unit) {
        if (unit.state() == Unit.State.ADDED && units.add(unit)) {
            left.add(unit);
            expectObjectsOf(unit);
        }
    }

    /** Has the objects read ahead that an object needs and that are not there yet. */
    private void expectObjectsOf(Unit unit) {
        Dylib dylib = unit.dylib();
        Set<String> names = expected.computeIfAbsent(dylib, _ -> new HashSet<>());
        for (Symbol symbol : unit.graph().externals()) {
            if (symbol.linkage() == Linkage.STRONG) {
                String name = dylib.rules().nameOf(unit, symbol);
                if (dylib.definitions().get(name) == null && names.add(name)) {
                    dylib.expect(name, ahead);
                }
            }
        }
    }

    /** Ends the reading of objects that have been expected and are not needed. */
    void end() {
        try {
            ahead.close();
        } finally {
            for (Dylib dylib : expected.keySet()) {
                dylib.objectSources().forEach(LazyObjects::expectNothing);
            }
        }
    }

    /** Adds the object that defines a symbol, if there is one. */
    void add(Dylib dylib, String name) {
        add(find(dylib, name));
    }

    private void add(Optional<Definition> definition) {
        if (definition.isPresent() && !definition.get().isAbsolute()) {
            add(definition.get().unit());
        }
    }

    /** Returns the definition that a strong reference is bound to. It may be an archive's. */
    Optional<Definition> find(Dylib dylib, String name) {
        Definition own = dylib.definitions().get(name);
        if (own != null) {
            return Optional.of(own);
        }
        Optional<Definition> added =
                dylib.linkOrder().isEmpty() ? Optional.empty() : dylib.resolveAdded(name);
        if (added.isPresent()) {
            return added;
        }
        Set<String> missing = absent.computeIfAbsent(dylib, _ -> new HashSet<>());
        if (missing.contains(name)) {
            return Optional.empty();
        }
        Optional<Definition> pulled = dylib.resolve(name);
        if (pulled.isEmpty()) {
            missing.add(name);
        }
        return pulled;
    }

    /**
     * Adds the objects that have parts of sections to whose bounds others refer.
     *
     * @return the bounds
     */
    Map<Dylib, Bounds> joinSections() {
        int before;
        do {
            before = units.size();
            for (Map.Entry<Dylib, Bounds> entry : bounds.entrySet()) {
                addStartFiles(entry.getKey(), entry.getValue());
                for (Unit unit : List.copyOf(entry.getKey().unlinked())) {
                    for (Bound bound : entry.getValue().bounds.values()) {
                        if (bound.isOfSections() && unit.hasPartOf(bound)) {
                            add(unit);
                        }
                    }
                }
            }
            run();
        } while (units.size() > before);
        return bounds;
    }

    private static void addStartFiles(Dylib dylib, Bounds bounds) {
        boolean isOfFunctions =
                bounds.bounds.values().stream().anyMatch(b -> b.kind() == Bound.Kind.FUNCTIONS);
        if (isOfFunctions) {
            dylib.support().flatMap(DylibSupport::takeStartFiles).ifPresent(dylib::add);
        }
    }

    /** Adds everything that the objects so far need. */
    void run() {
        do {
            for (Unit next = left.poll(); next != null; next = left.poll()) {
                requirement.run();
                follow(next);
            }
            followWeak();
        } while (!left.isEmpty());
    }

    private void follow(Unit unit) {
        LinkGraph graph = unit.graph();
        LinkRules rules = unit.dylib().rules();
        for (Symbol symbol : List.copyOf(graph.externals())) {
            if (symbol.linkage() == Linkage.STRONG) {
                follow(unit, rules.nameOf(unit, symbol));
            } else {
                weak.add(new Weak(unit, rules.nameOf(unit, symbol)));
            }
        }
        for (Symbol symbol : graph.symbols()) {
            if (symbol.linkage() == Linkage.COMMON && symbol.isDefined()) {
                unit.dylib().define(symbol).ifPresent(this::add);
            }
        }
    }

    private void follow(Unit unit, String name) {
        Optional<Definition> definition = find(unit.dylib(), name);
        add(definition);
        if (definition.isEmpty()) {
            noteBound(unit, name);
        }
    }

    private void noteBound(Unit unit, String name) {
        LinkGraph graph = unit.graph();
        Bound bound = graph.format().bound(name);
        if (bound != null) {
            bounds.computeIfAbsent(
                            unit.dylib(),
                            _ ->
                                    new Bounds(
                                            graph.format(),
                                            graph.architecture(),
                                            new LinkedHashMap<>()))
                    .bounds
                    .put(name, bound);
        }
    }

    /** Adds the objects of weak references, which are in the dylib already. */
    private void followWeak() {
        List<Weak> undefined = new ArrayList<>(weak.size());
        for (Weak reference : weak) {
            Optional<Definition> definition = reference.unit.dylib().resolveAdded(reference.name);
            add(definition);
            if (definition.isEmpty()) {
                noteBound(reference.unit, reference.name);
                undefined.add(reference);
            }
        }
        weak = undefined;
    }
}
