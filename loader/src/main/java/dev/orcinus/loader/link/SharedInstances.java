package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The definitions of COMDAT groups that loaded libraries have, too: inline functions and variables,
 * static variables in them, instances of templates, type information. A program has one instance of
 * each, for which the dynamic linker cares (System V ABI, "Symbol Resolution"): it binds the
 * libraries to the program's instance. The libraries are bound already, so the objects take the
 * instance of the first library that exports it. Protected and hidden definitions are not shared.
 */
final class SharedInstances {
    private SharedInstances() {}

    /**
     * Replaces definitions of objects that are not linked yet by those of libraries.
     *
     * @param sources returns where a dylib looks up symbols that no object defines
     */
    static void take(Collection<Unit> units, Sources sources) {
        Map<Dylib, Map<String, Symbol>> inline = new LinkedHashMap<>();
        for (Unit unit : units) {
            if (!unit.graph().groups().isEmpty()) {
                collect(unit, inline.computeIfAbsent(unit.dylib(), _ -> new LinkedHashMap<>()));
            }
        }
        inline.forEach(
                (dylib, symbols) -> {
                    for (SymbolSource source : sources.of(dylib)) {
                        if (source.isOfLibraries() && !symbols.isEmpty()) {
                            take(dylib, symbols, source);
                        }
                    }
                });
    }

    /** The places where a dylib looks up symbols that no object defines. */
    @FunctionalInterface
    interface Sources {
        /** Returns them in the order in which they are asked. */
        List<SymbolSource> of(Dylib dylib);
    }

    private static void collect(Unit unit, Map<String, Symbol> inline) {
        for (Symbol symbol : unit.graph().symbols()) {
            if (symbol.isDefined()
                    && symbol.linkage() == Linkage.WEAK
                    && symbol.scope() == Scope.DEFAULT
                    && symbol.block().isGrouped()) {
                inline.put(symbol.name(), symbol);
            }
        }
    }

    private static void take(Dylib dylib, Map<String, Symbol> symbols, SymbolSource source) {
        List<String> names = new ArrayList<>(symbols.keySet());
        List<ExecutorAddress> found = source.find(names);
        for (int i = 0; i < names.size(); i++) {
            ExecutorAddress address = found.get(i);
            if (address != null && !address.isNull()) {
                symbols.remove(names.get(i));
                dylib.definitions().share(names.get(i), address);
            }
        }
    }
}
