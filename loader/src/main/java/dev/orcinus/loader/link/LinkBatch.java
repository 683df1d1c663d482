package dev.orcinus.loader.link;

import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.GraphOrigin;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects that must be linked for one lookup, and the definition that each of their references
 * is bound to. All symbols that no object defines are looked up in one request. The session's lock
 * guards it.
 */
final class LinkBatch {
    /** The requester of a symbol for which no object, but the caller of a lookup asks. */
    static final String CALLER = "the caller";

    private final boolean keepsUnneeded;
    private final MemberSearch search;
    private final Map<Unit, JoinedSections> joined = new LinkedHashMap<>();
    private final Map<LateLibrary, Dylib> late = new LinkedHashMap<>();
    private final List<Dylib> whole = new ArrayList<>();
    private final List<Unit> asked = new ArrayList<>();
    private final Set<Unit> units = new LinkedHashSet<>();

    /** The external symbols that have been marked in objects which are not among the units yet. */
    private final Map<Unit, List<Symbol>> marked = new HashMap<>();

    private final Map<Dylib, Map<String, List<Reference>>> outside = new LinkedHashMap<>();
    private final Deque<Reference> references = new ArrayDeque<>();
    private final Deque<Reference> weak = new ArrayDeque<>();
    private final List<Reference> unboundWeak = new ArrayList<>();

    /**
     * A reference that must be bound.
     *
     * @param dylib the dylib from which the symbol is looked up
     * @param name the symbol's name
     * @param symbol the external symbol; null if the caller asks
     * @param unit the object that refers to it; null if the caller asks
     */
    private record Reference(Dylib dylib, String name, Symbol symbol, Unit unit) {
        boolean isRequired() {
            return symbol == null || symbol.linkage() == Linkage.STRONG;
        }

        String requester() {
            return unit == null ? CALLER : unit.name();
        }
    }

    /**
     * An empty batch.
     *
     * @param keepsUnneeded whether everything that an object exports is kept
     * @param requirement throws if the link is for nobody; it takes next to no time
     */
    LinkBatch(boolean keepsUnneeded, Runnable requirement) {
        this.keepsUnneeded = keepsUnneeded;
        this.search = new MemberSearch(requirement);
    }

    /** Adds a symbol that the caller asks for. */
    void request(Dylib dylib, String name) {
        references.add(new Reference(dylib, name, null, null));
    }

    /** Adds what a dylib's rules ask for, and its objects that are not linked yet. */
    void requestAll(Dylib dylib) {
        whole.add(dylib);
    }

    /**
     * Finds all objects and addresses that the requested symbols need. First all archives are
     * searched, so that it is known which definitions count; then references are bound to them.
     */
    void resolve() {
        try {
            search();
            bind();
        } finally {
            search.end();
        }
    }

    /**
     * Requires that the files of all objects that have been found are still as long as they were.
     *
     * @throws dev.orcinus.loader.LinkException if one is not
     */
    void requireFilesAreThere() {
        requireUnchanged(search.units());
        requireUnchanged(units);
        CutFiles.requireNone(search.units());
        CutFiles.requireNone(units);
    }

    private void search() {
        for (Dylib dylib : whole) {
            for (String name : dylib.rules().wanted()) {
                search.add(dylib, name);
            }
            asked.addAll(dylib.unlinked());
        }
        for (Unit unit : asked) {
            search.add(unit);
        }
        for (Reference reference : references) {
            search.add(reference.dylib, reference.name);
        }
        search.run();
        MissingNames missing = MissingNames.of(search.units());
        openLibraries(missing);
        missing.prepare(LinkBatch::sources);
        shareInstances();
    }

    private void bind() {
        try {
            join();
            List<Unit> included = keepsUnneeded ? List.copyOf(search.units()) : asked;
            markTogether(included);
            included.forEach(this::include);
            drain();
            requireUnchanged();
            resolveOutside();
        } catch (RuntimeException | Error e) { // also that of a caller's lookup
            units.forEach(Unit::startOver);
            marked.keySet().forEach(Unit::startOver);
            cancel();
            throw e;
        }
    }

    /**
     * Requires that no file of the objects has changed since it was opened. Whatever has been read
     * of it before is worth something only then. Each file is asked for once.
     */
    void requireUnchanged() {
        requireUnchanged(units);
    }

    private static void requireUnchanged(Iterable<Unit> units) {
        Set<GraphOrigin> files = new LinkedHashSet<>();
        for (Unit unit : units) {
            files.add(unit.graph().origin());
        }
        files.forEach(GraphOrigin::requireUnchanged);
    }

    /** Marks what objects have that is needed in any case; each is marked by itself. */
    private void markTogether(List<Unit> included) {
        List<Unit> unmarked =
                included.stream().filter(unit -> unit.state() == Unit.State.ADDED).toList();
        unmarked.forEach(unit -> marked.put(unit, new ArrayList<>()));
        Workers.each(unmarked, unit -> marked.get(unit).addAll(unit.markRoots(keepsUnneeded)));
    }

    /** Opens the libraries that the dylibs name, as far as they need no address of the batch. */
    private void openLibraries(MissingNames missing) {
        missing.chooseLibraries();
        Set<Dylib> dylibs = new LinkedHashSet<>();
        search.units().forEach(unit -> dylibs.add(unit.dylib()));
        asked.forEach(unit -> dylibs.add(unit.dylib()));
        references.forEach(reference -> dylibs.add(reference.dylib));
        for (Dylib dylib : dylibs) {
            for (SymbolSource source : sources(dylib)) {
                source.late().ifPresent(library -> library.openUnlessShared(dylib));
                source.late().ifPresent(library -> late.put(library, dylib));
            }
        }
    }

    /** Opens the other libraries, now that all objects are placed. */
    void openLateLibraries() {
        late.keySet().removeIf(LateLibrary::isOpen);
        LateLibrary.open(late);
    }

    private void shareInstances() {
        for (Unit unit : search.units()) {
            if (!unit.graph().groups().isEmpty()) {
                SharedInstances.take(search.units(), LinkBatch::sources);
                return;
            }
        }
    }

    private void join() {
        Map<Dylib, MemberSearch.Bounds> wanted = search.joinSections();
        for (Unit unit : search.units()) {
            requireNoClosedSection(unit);
        }
        for (Map.Entry<Dylib, MemberSearch.Bounds> entry : wanted.entrySet()) {
            JoinedSections sections = new JoinedSections(entry.getKey(), entry.getValue());
            Unit unit = sections.define(search.units());
            if (unit != null) {
                joined.put(unit, sections);
                search.add(unit);
            }
        }
    }

    private static void requireNoClosedSection(Unit unit) {
        for (Bound bound : unit.dylib().closedSections()) {
            if (unit.hasPartOf(bound)) {
                throw new UnsupportedObjectException(
                        unit.name(),
                        "it has the section '%s', to whose bounds code refers that is linked already;"
                                        .formatted(bound.sections().getFirst())
                                + " add it before that code is linked, or to another dylib");
            }
        }
    }

    /** Returns the units whose memory has sections of several objects. */
    Map<Unit, JoinedSections> joined() {
        return joined;
    }

    /** Returns whether a block will lie apart from the other memory of its object. */
    boolean isJoined(Block block) {
        for (JoinedSections sections : joined.values()) {
            if (sections.hasTaken(block)) {
                return true;
            }
        }
        return false;
    }

    /** Forgets what has been made for this batch, which has failed. */
    void cancel() {
        for (JoinedSections sections : joined.values()) {
            sections.cancel();
        }
        joined.clear();
    }

    /**
     * Binds all references, strong ones first: a strong one may add an object from an archive, and
     * that object may define the symbol of a weak one. A weak one adds no object.
     */
    private void drain() {
        do {
            do {
                drainStrong();
            } while (bindWeak());
            // an object that has been added since may define them
            weak.addAll(unboundWeak);
            unboundWeak.clear();
        } while (bindWeak());
        unboundWeak.forEach(this::leaveOutside);
        unboundWeak.clear();
    }

    private void drainStrong() {
        for (Reference next = references.poll(); next != null; next = references.poll()) {
            if (!next.isRequired()) {
                weak.add(next);
                continue;
            }
            Optional<Definition> definition = definition(next);
            if (definition.isPresent()) {
                bind(next, definition.get());
            } else {
                leaveOutside(next);
            }
        }
    }

    /**
     * Returns the definition of a reference. An object's definition without a version is taken
     * before a library's version, as the dynamic linker does with those of the program.
     */
    private Optional<Definition> definition(Reference reference) {
        Optional<Definition> exact =
                reference.isRequired()
                        ? search.find(reference.dylib, reference.name)
                        : reference.dylib.resolveAdded(reference.name);
        if (exact.isPresent() || reference.unit == null) {
            return exact;
        }
        String plain = reference.unit.graph().format().unversioned(reference.name);
        return plain.equals(reference.name)
                ? exact
                : reference.dylib.resolveAdded(plain).filter(d -> !d.hasVersion());
    }

    /** Binds weak references, and returns whether this has added new references. */
    private boolean bindWeak() {
        for (Reference next = weak.poll(); next != null; next = weak.poll()) {
            Optional<Definition> definition = definition(next);
            if (definition.isPresent()) {
                bind(next, definition.get());
            } else {
                unboundWeak.add(next);
            }
        }
        return !references.isEmpty();
    }

    private void leaveOutside(Reference reference) {
        outside.computeIfAbsent(reference.dylib, _ -> new LinkedHashMap<>())
                .computeIfAbsent(reference.name, _ -> new ArrayList<>())
                .add(reference);
    }

    private void bind(Reference reference, Definition definition) {
        if (reference.symbol != null) {
            reference.symbol.bind(definition);
        }
        if (!definition.isAbsolute()) {
            if (reference.symbol != null) {
                reference.symbol.takeSizeOf(definition.symbol());
            }
            include(definition.unit());
            if (units.contains(definition.unit())) {
                refer(definition.unit(), definition.unit().mark(definition.symbol()));
            }
        }
    }

    /** Adds an object that is needed. */
    private void include(Unit unit) {
        switch (unit.state()) {
            case ADDED -> {
                unit.become(Unit.State.LINKING);
                units.add(unit);
                List<Symbol> found = marked.remove(unit);
                refer(unit, found == null ? unit.markRoots(keepsUnneeded) : found);
            }
            case LINKING, LINKED -> {}
            case REMOVED -> throw new IllegalStateException(unit.name() + " has been removed");
        }
    }

    private void refer(Unit unit, List<Symbol> externals) {
        for (Symbol symbol : externals) {
            String name = unit.dylib().rules().nameOf(unit, symbol);
            references.add(new Reference(unit.dylib(), name, symbol, unit));
        }
    }

    private void resolveOutside() {
        Map<String, List<String>> missing = new TreeMap<>();
        for (Map.Entry<Dylib, Map<String, List<Reference>>> entry : outside.entrySet()) {
            Map<String, List<Reference>> left = entry.getValue();
            for (SymbolSource source : sources(entry.getKey())) {
                ask(source, left);
            }
            left.values().forEach(references -> report(references, missing));
        }
        if (!missing.isEmpty()) {
            throw new UnresolvedSymbolsException(missing);
        }
    }

    private static List<SymbolSource> sources(Dylib dylib) {
        List<SymbolSource> sources = new ArrayList<>(dylib.symbolSources());
        dylib.linkOrder().forEach(other -> sources.addAll(other.symbolSources()));
        sources.removeIf(source -> source.late().filter(late -> !late.isNeeded()).isPresent());
        return sources;
    }

    private void ask(SymbolSource source, Map<String, List<Reference>> left) {
        if (left.isEmpty()) {
            return;
        }
        List<String> names = List.copyOf(left.keySet());
        if (source.late().isPresent()) {
            bindLate(source.late().get(), names, left);
            return;
        }
        List<ExecutorAddress> found = source.find(names);
        for (int i = 0; i < names.size(); i++) {
            ExecutorAddress address = found.get(i);
            if (address != null && !address.isNull()) {
                Definition definition = Definition.outside(address);
                for (Reference reference : left.remove(names.get(i))) {
                    bindOutside(reference, definition);
                }
            }
        }
    }

    private void bindLate(
            LateLibrary library, List<String> names, Map<String, List<Reference>> left) {
        for (String name : names) {
            if (library.defines(name)) {
                Definition definition = Definition.late(library, name);
                for (Reference reference : left.remove(name)) {
                    if (reference.symbol == null) {
                        library.openNow();
                    }
                    bindOutside(reference, definition);
                }
            }
        }
    }

    private final Map<String, ExecutorAddress> answers = new HashMap<>();

    private void bindOutside(Reference reference, Definition definition) {
        if (reference.symbol == null) {
            answers.put(reference.name, definition.address());
        } else {
            requireFromOutside(reference);
            reference.symbol.bind(definition);
        }
    }

    private static void requireFromOutside(Reference reference) {
        if (reference.symbol.needsObject()) {
            throw new UnsupportedObjectException(
                    reference.requester(),
                    "the thread-local variable '"
                            + reference.name
                            + "' is the process's own; code of this format uses only those that"
                            + " objects define");
        }
    }

    private static void report(List<Reference> references, Map<String, List<String>> missing) {
        for (Reference reference : references) {
            if (reference.isRequired()) {
                missing.computeIfAbsent(reference.name, _ -> new ArrayList<>())
                        .add(reference.requester());
            }
        }
    }

    /** Returns the objects to be linked. */
    Set<Unit> units() {
        return units;
    }

    /**
     * Returns the definition of an external symbol; empty if the symbol is weak and not defined.
     */
    Optional<Definition> binding(Symbol symbol) {
        return Optional.ofNullable(bound(symbol));
    }

    /** Returns the definition of an external symbol; null if the symbol is weak and not defined. */
    Definition bound(Symbol symbol) {
        return (Definition) symbol.binding();
    }

    /** Returns the addresses of the caller's symbols that were found in symbol sources. */
    Map<String, ExecutorAddress> answers() {
        return answers;
    }
}
