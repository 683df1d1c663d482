package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that the objects of a batch refer to and that no object defines. Sources are told them,
 * each those that the sources before it do not have. The session's lock guards it.
 */
final class MissingNames {
    private final Map<Dylib, Set<String>> missing;

    private MissingNames(Map<Dylib, Set<String>> missing) {
        this.missing = missing;
    }

    /**
     * Tells the sources.
     *
     * @param sources returns where a dylib looks up symbols that no object defines
     */
    void prepare(SharedInstances.Sources sources) {
        missing.forEach((dylib, names) -> tell(sources.of(dylib), new ArrayList<>(names)));
    }

    /** Decides which of the libraries that are only opened if they are needed are needed. */
    void chooseLibraries() {
        missing.forEach(
                (dylib, names) -> {
                    for (SymbolSource source : dylib.symbolSources()) {
                        source.late().ifPresent(library -> library.takeNeeds(names, dylib));
                    }
                });
    }

    /** Returns the names that objects refer to and that no object defines now. */
    static MissingNames of(Collection<Unit> units) {
        Map<Dylib, Set<String>> missing = new LinkedHashMap<>();
        for (Unit unit : units) {
            Set<String> names = missing.computeIfAbsent(unit.dylib(), _ -> new LinkedHashSet<>());
            for (Symbol external : unit.graph().externals()) {
                if (external.linkage() == Linkage.STRONG) {
                    String name = unit.dylib().rules().nameOf(unit, external);
                    boolean isOwn = unit.dylib().definitions().get(name) != null;
                    if (!isOwn && unit.dylib().resolveAdded(name).isEmpty()) {
                        names.add(name);
                    }
                }
            }
        }
        return new MissingNames(missing);
    }

    private static void tell(List<SymbolSource> sources, List<String> names) {
        for (int i = 0; i < sources.size() && !names.isEmpty(); i++) {
            SymbolSource source = sources.get(i);
            source.prepareFor(names);
            if (i + 1 < sources.size()) {
                removeFound(source, names);
            }
        }
    }

    private static void removeFound(SymbolSource source, List<String> names) {
        if (source.late().isPresent()) {
            names.removeIf(source.late().get()::defines);
            return;
        }
        List<ExecutorAddress> found = source.find(names);
        List<String> left = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (found.get(i) == null || found.get(i).isNull()) {
                left.add(names.get(i));
            }
        }
        names.retainAll(new LinkedHashSet<>(left));
    }
}
