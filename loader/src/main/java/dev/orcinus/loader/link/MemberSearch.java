package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Set<Unit> units = new LinkedHashSet<>();
    private final Deque<Unit> left = new ArrayDeque<>();
    private final Map<Dylib, Set<String>> absent = new HashMap<>();
    private List<Weak> weak = new ArrayList<>();

    /** A weak reference that no object defines yet. */
    private record Weak(Dylib dylib, String name) {}

    /** Returns the objects that have been found, of those that are not linked yet. */
    Collection<Unit> units() {
        return units;
    }

    /** Adds an object, and later those that it needs. */
    void add(Unit unit) {
        if (unit.state() == Unit.State.ADDED && units.add(unit)) {
            left.add(unit);
        }
    }

    /** Adds the object that defines a symbol, if there is one. */
    void add(Dylib dylib, String name) {
        find(dylib, name).map(Definition::unit).ifPresent(this::add);
    }

    /** Returns the definition that a strong reference is bound to. It may be an archive's. */
    Optional<Definition> find(Dylib dylib, String name) {
        Optional<Definition> added = dylib.resolveAdded(name);
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

    /** Adds everything that the objects so far need. */
    void run() {
        do {
            for (Unit next = left.poll(); next != null; next = left.poll()) {
                follow(next);
            }
            followWeak();
        } while (!left.isEmpty());
    }

    private void follow(Unit unit) {
        LinkGraph graph = unit.graph();
        for (Symbol symbol : List.copyOf(graph.externals())) {
            if (symbol.linkage() == Linkage.STRONG) {
                add(unit.dylib(), symbol.name());
            } else {
                weak.add(new Weak(unit.dylib(), symbol.name()));
            }
        }
        for (Symbol symbol : graph.symbols()) {
            if (symbol.linkage() == Linkage.COMMON && symbol.isDefined()) {
                unit.dylib().define(symbol).ifPresent(this::add);
            }
        }
    }

    /** Adds the objects of weak references, which are in the dylib already. */
    private void followWeak() {
        List<Weak> undefined = new ArrayList<>(weak.size());
        for (Weak reference : weak) {
            Optional<Definition> definition = reference.dylib.resolveAdded(reference.name);
            definition.map(Definition::unit).ifPresent(this::add);
            if (definition.isEmpty()) {
                undefined.add(reference);
            }
        }
        weak = undefined;
    }
}
