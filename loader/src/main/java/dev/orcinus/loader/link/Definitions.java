package dev.orcinus.loader.link;

import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.ComdatGroup;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The definitions of a dylib: for each name the one that counts, and for each COMDAT group the
 * object that has it. A definition that gives way becomes a reference to the one that counts. It
 * comes back if that one is removed, unless its object is linked already. The session's lock guards
 * it.
 */
final class Definitions {
    private final Dylib dylib;
    private final Map<String, Definition> byName = new HashMap<>();
    private final Map<String, Unit> groups = new HashMap<>();

    Definitions(Dylib dylib) {
        this.dylib = dylib;
    }

    /** Returns the definition of a name that counts, or null. */
    Definition get(String name) {
        return byName.get(name);
    }

    /** Adds those of some names that are defined. There may be far more of them, or far fewer. */
    void addNamesAmong(Set<String> names, Set<String> defined) {
        boolean areMany = names.size() > byName.size();
        Set<String> some = areMany ? byName.keySet() : names;
        Set<String> others = areMany ? names : byName.keySet();
        some.stream().filter(others::contains).forEach(defined::add);
    }

    /** Defines a symbol at an address. */
    void define(String symbol, ExecutorAddress address) {
        Definition before = byName.putIfAbsent(symbol, Definition.givenBy(dylib, address));
        if (before != null) {
            throw duplicate(symbol, before, "an absolute definition");
        }
    }

    /** Renames the symbols that are defined at addresses. */
    void respell(UnaryOperator<String> spelling) {
        Map<String, Definition> before = Map.copyOf(byName);
        byName.clear();
        before.forEach((symbol, given) -> byName.put(spelling.apply(symbol), given));
    }

    /** Replaces an object's definition by the instance of a library. */
    void share(String symbol, ExecutorAddress address) {
        Definition own = byName.put(symbol, Definition.outside(address));
        own.unit().graph().makeExternal(own.symbol());
    }

    /** Makes a common symbol, whose definition counts, a reference to that of a library. */
    void giveWay(Symbol common) {
        Definition own = byName.get(common.name());
        if (own != null && own.symbol() == common && own.isExported()) {
            byName.remove(common.name());
            own.unit().graph().makeExternal(common);
        }
    }

    /**
     * Adds the definitions of an object.
     *
     * @throws DuplicateDefinitionException if it defines a symbol that is already defined, or
     *     defines one twice; nothing is added then
     */
    void add(Unit unit) {
        LinkGraph graph = unit.graph();
        graph.discard(claimGroups(unit));
        List<Symbol> exported = exported(graph);
        try {
            requireNoDuplicates(unit, exported);
            for (Symbol symbol : exported) {
                define(unit, symbol);
            }
        } catch (DuplicateDefinitionException e) {
            remove(unit);
            throw e;
        }
    }

    private void define(Unit unit, Symbol symbol) {
        boolean isDiscarded = isDiscarded(symbol);
        Definition before = byName.get(symbol.name());
        if (before == null) {
            byName.put(symbol.name(), Definition.of(unit, symbol));
        } else if (!isDiscarded && before.losesTo(symbol)) {
            before.shareAlignment(symbol);
            before.unit().graph().makeExternal(before.symbol());
            byName.put(symbol.name(), Definition.of(unit, symbol));
        } else {
            if (before.unit() == unit && !isDiscarded && contradict(before, symbol)) {
                throw duplicate(symbol.name(), before, unit.name());
            }
            before.shareAlignment(symbol);
            unit.graph().makeExternal(symbol);
        }
    }

    private boolean contradict(Definition before, Symbol symbol) {
        return !dylib.rules().firstDefinitionCounts() && before.contradicts(symbol);
    }

    private static boolean isDiscarded(Symbol symbol) {
        return symbol.isDefined() && symbol.block().isDiscarded();
    }

    private static List<Symbol> exported(LinkGraph graph) {
        List<Symbol> exported = new ArrayList<>();
        for (Symbol symbol : graph.symbols()) {
            if (symbol.scope() != Scope.LOCAL) {
                exported.add(symbol);
            }
        }
        return exported;
    }

    private void requireNoDuplicates(Unit unit, List<Symbol> exported) {
        for (Symbol symbol : exported) {
            Definition before = byName.get(symbol.name());
            if (before != null && contradict(before, symbol) && !isDiscarded(symbol)) {
                throw duplicate(symbol.name(), before, unit.name());
            }
        }
    }

    private DuplicateDefinitionException duplicate(String name, Definition before, String second) {
        return new DuplicateDefinitionException(name, dylib.name(), before.owner(), second);
    }

    /**
     * Gives an object those of its groups that no other object has.
     *
     * @return the blocks of the others
     */
    private List<Block> claimGroups(Unit unit) {
        List<Block> discarded = new ArrayList<>();
        for (ComdatGroup group : unit.graph().groups()) {
            Unit owner = groups.putIfAbsent(group.signature(), unit);
            if (owner != null && owner != unit) {
                discarded.addAll(group.members());
            }
        }
        return discarded;
    }

    /** Removes the definitions of an object, and lets those come back that gave way to them. */
    void remove(Unit unit) {
        Set<String> free = forget(unit);
        for (Unit other : dylib.unlinked()) {
            if (other != unit) {
                restore(other, free);
            }
        }
    }

    /** Makes the definitions of an object count again that {@link #forget} has removed. */
    void putBack(Unit unit) {
        unit.graph().groups().forEach(group -> groups.putIfAbsent(group.signature(), unit));
        for (Symbol symbol : exported(unit.graph())) {
            if (symbol.isDefined()) {
                byName.putIfAbsent(symbol.name(), Definition.of(unit, symbol));
            }
        }
    }

    /**
     * Removes the definitions of an object.
     *
     * @return their names
     */
    Set<String> forget(Unit unit) {
        groups.values().removeIf(owner -> owner == unit);
        Set<String> free = new HashSet<>();
        for (Map.Entry<String, Definition> entry : byName.entrySet()) {
            if (entry.getValue().unit() == unit) {
                free.add(entry.getKey());
            }
        }
        byName.keySet().removeAll(free);
        return free;
    }

    private void restore(Unit unit, Set<String> free) {
        LinkGraph graph = unit.graph();
        List<Symbol> restored = graph.restore(free::contains);
        if (!restored.isEmpty() || !graph.groups().isEmpty()) {
            graph.discard(claimGroups(unit));
            restored.forEach(symbol -> define(unit, symbol));
        }
    }

    /**
     * Returns for each of some objects the names that it defines and for which definitions of other
     * objects have given way.
     *
     * @param going the objects, all of which are about to be removed
     */
    Map<Unit, Set<String>> contested(Collection<Unit> going) {
        Map<Unit, Set<String>> contested = new HashMap<>();
        for (Unit other : dylib.units()) {
            if (!going.contains(other)) {
                for (String name : other.graph().replacedNames()) {
                    Definition winner = get(name);
                    if (winner != null && going.contains(winner.unit())) {
                        contested.computeIfAbsent(winner.unit(), _ -> new HashSet<>()).add(name);
                    }
                }
            }
        }
        return contested;
    }
}
