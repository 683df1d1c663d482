package dev.orcinus.loader.link;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.graph.Bound;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.LinkingController;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A set of objects that see each other's symbols. Mirrors LLVM's {@code orc::JITDylib}. The
 * session's lock guards it.
 */
public final class Dylib {
    private final String name;
    private final ExecutorAddress handle;
    private final List<Unit> units = new ArrayList<>();
    private final Set<Unit> unlinked = new LinkedHashSet<>();
    private final Set<Unit> unrecorded =
            new TreeSet<>((one, other) -> Long.compare(one.serial(), other.serial()));
    private final Definitions definitions = new Definitions(this);
    private final LinkRules rules = new LinkRules();
    private final List<Dylib> linkOrder = new ArrayList<>();
    private final List<LazyObjects> objectSources = new ArrayList<>();
    private final List<SymbolSource> symbolSources = new ArrayList<>();
    private int libraryCount;
    private final Lifetime lifetime;
    private final Set<Unit> users = new HashSet<>();
    private final Set<Bound> closedSections = new HashSet<>();
    private JoinedSections program;
    private DylibSupport support;
    private Supplement supplement = Supplement.NONE;
    private boolean closed;
    private boolean gone;
    private long unitCount;

    Dylib(String name, ExecutorAddress handle) {
        this.name = name;
        this.handle = handle;
        this.lifetime = new Lifetime(name, "is closed");
    }

    /**
     * Returns the lifetime of everything that it gives out and that does not belong to an object.
     */
    public Lifetime lifetime() {
        return lifetime;
    }

    /** Returns the objects of other dylibs that refer to absolute definitions of this one. */
    Set<Unit> users() {
        return users;
    }

    /** Closes it: from now on nothing is added to it or linked in it. */
    void close() {
        closed = true;
    }

    /** Returns whether it is closed, and all of its objects have been removed. */
    boolean isGone() {
        return gone;
    }

    /** Notes that all of its objects have been removed. */
    void setGone() {
        gone = true;
    }

    /** Requires that it is not closed. */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /** Returns the handle by which the runtime knows it. */
    ExecutorAddress handle() {
        return handle;
    }

    /** Gives it the objects that each dylib has by default. */
    void setSupport(DylibSupport newSupport) {
        support = newSupport;
        objectSources.add(new LazyObjects(this, newSupport, graph -> graph));
    }

    Optional<DylibSupport> support() {
        return Optional.ofNullable(support);
    }

    /** Gives it the objects that it gets when symbols are missing. */
    void setSupplement(Supplement newSupplement) {
        supplement = newSupplement;
    }

    Supplement supplement() {
        return supplement;
    }

    String name() {
        return name;
    }

    List<Unit> units() {
        return units;
    }

    /** Returns its objects that are not linked yet, in the order in which they were added. */
    Set<Unit> unlinked() {
        return unlinked;
    }

    /** Notes that an object is in place. */
    void linked(Unit unit) {
        unlinked.remove(unit);
        unrecorded.add(unit);
    }

    /**
     * Returns its linked objects that the runtime does not know yet, in the order in which they
     * were added, and forgets that they are new. An object that another thread has begun to remove
     * stays new: its initializers must not run any more.
     */
    List<Unit> takeUnrecorded() {
        List<Unit> taken = new ArrayList<>(unrecorded.size());
        for (Unit unit : unrecorded) {
            if (!unit.lifetime().isEnding()) {
                taken.add(unit);
            }
        }
        taken.forEach(unrecorded::remove);
        return taken;
    }

    /** Returns the dylibs in which symbols are looked up after this one. */
    List<Dylib> linkOrder() {
        return linkOrder;
    }

    /** Returns it and all dylibs that it is linked against, directly or not, that are known. */
    Set<Dylib> withDependencies(Predicate<Dylib> isKnown) {
        Set<Dylib> all = new LinkedHashSet<>();
        Deque<Dylib> left = new ArrayDeque<>(List.of(this));
        for (Dylib next = left.poll(); next != null; next = left.poll()) {
            if (isKnown.test(next) && all.add(next)) {
                left.addAll(next.linkOrder);
            }
        }
        return all;
    }

    /** Returns dylibs in an order in which each comes after those that it is linked against. */
    static List<Dylib> dependenciesFirst(List<Dylib> dylibs) {
        Set<Dylib> seen = new HashSet<>();
        Set<Dylib> ordered = new LinkedHashSet<>();
        Deque<Dylib> path = new ArrayDeque<>(dylibs);
        while (!path.isEmpty()) {
            Dylib dylib = path.peek();
            if (seen.add(dylib)) {
                dylib.linkOrder.stream().filter(d -> !seen.contains(d)).forEach(path::push);
            } else {
                ordered.add(path.pop());
            }
        }
        ordered.retainAll(Set.copyOf(dylibs));
        return List.copyOf(ordered);
    }

    LinkingController.Links links() {
        return new LinkingController.Links(handle, linkOrder.stream().map(Dylib::handle).toList());
    }

    List<LazyObjects> objectSources() {
        return objectSources;
    }

    List<SymbolSource> symbolSources() {
        return symbolSources;
    }

    /** Returns how many libraries it names. */
    int libraryCount() {
        return libraryCount;
    }

    /**
     * Adds a library that it names. Such libraries are asked in their order, and before all that
     * every process has, as those that a program is linked against.
     */
    void addLibrary(SymbolSource library) {
        symbolSources.add(libraryCount, library);
        libraryCount++;
    }

    /**
     * Adds an object. Of several weak definitions the first one counts. A definition that is
     * replaced becomes a reference to the one that replaces it.
     *
     * @throws DuplicateDefinitionException if it defines a symbol that is already defined, or
     *     defines one twice; nothing is added then
     */
    Unit add(LinkGraph graph) {
        requireOpen();
        Unit unit = new Unit(this, graph, unitCount++);
        definitions.add(unit);
        units.add(unit);
        unlinked.add(unit);
        return unit;
    }

    /** Renames the symbols that are defined at addresses, and those of its rules. */
    void respell(UnaryOperator<String> spelling) {
        definitions.respell(spelling);
        rules.respell(spelling);
    }

    /** Defines a symbol at an address. */
    void define(String symbol, ExecutorAddress address) {
        requireOpen();
        definitions.define(symbol, address);
    }

    /** Returns the sections that lie side by side and that no later object may have. */
    Set<Bound> closedSections() {
        return closedSections;
    }

    /** Notes that code in place knows a section's bounds. */
    void closeSection(Bound bound) {
        closedSections.add(bound);
    }

    /** Returns the linked objects whose memory has bounds that code refers to. */
    Optional<JoinedSections> program() {
        return Optional.ofNullable(program);
    }

    /** Sets the linked objects whose memory has bounds that code refers to. */
    void setProgram(JoinedSections joined) {
        program = joined;
    }

    /** Returns the name of a linked object that has a part of a section, if there is one. */
    Optional<String> linkedPart(Bound bound) {
        return units.stream()
                .filter(unit -> unit.state() == Unit.State.LINKED && unit.hasPartOf(bound))
                .map(Unit::name)
                .findFirst();
    }

    /** Returns the rules by which references of its objects are bound. */
    public LinkRules rules() {
        return rules;
    }

    /** Returns its definitions. */
    Definitions definitions() {
        return definitions;
    }

    /**
     * Returns the definition of a symbol that this dylib sees. An archive's object that defines it
     * is added.
     */
    Optional<Definition> resolve(String symbol) {
        return resolve(symbol, Dylib::find);
    }

    /** Returns the definition of a symbol that this dylib sees, without searching archives. */
    Optional<Definition> resolveAdded(String symbol) {
        return resolve(symbol, Dylib::findAdded);
    }

    /** Returns the definitions of some symbols, as {@link #resolveAdded(String)} does. */
    Stream<Definition> resolveAdded(Set<String> symbols) {
        Set<String> defined = new HashSet<>();
        Stream.concat(Stream.of(this), linkOrder.stream())
                .forEach(dylib -> dylib.definitions.addNamesAmong(symbols, defined));
        return defined.stream().map(this::resolveAdded).flatMap(Optional::stream);
    }

    /** A way to look for a symbol in one dylib. */
    @FunctionalInterface
    private interface Search {
        Optional<Definition> in(Dylib dylib, String symbol);
    }

    private Optional<Definition> resolve(String symbol, Search search) {
        Optional<Definition> own = search.in(this, symbol);
        if (own.isPresent()) {
            return own;
        }
        for (Dylib other : linkOrder) {
            Optional<Definition> found =
                    search.in(other, symbol)
                            .filter(definition -> definition.scope() != Scope.HIDDEN);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Definition> findAdded(String symbol) {
        return Optional.ofNullable(definitions.get(symbol));
    }

    /**
     * Returns this dylib's own definition of a symbol. If an archive's index names an object that
     * does not define the symbol, the next archive is searched, as static linkers do; the object
     * stays. Archives behind a library that defines the symbol are not searched.
     */
    private Optional<Definition> find(String symbol) {
        Optional<Definition> added = findAdded(symbol);
        if (added.isPresent()) {
            return added;
        }
        IndexedName indexed = IndexedName.of(symbol);
        int library = 0;
        for (int i = 0; i < objectSources.size(); i++) { // the first object may add a source
            LazyObjects source = objectSources.get(i);
            for (; library < source.librariesBefore(); library++) {
                if (symbolSources.get(library).isKnownToDefine(symbol)) {
                    return Optional.empty();
                }
            }
            if (source.add(indexed) && definitions.get(symbol) != null) {
                return findAdded(symbol);
            }
        }
        return Optional.empty();
    }

    /** Has the object read ahead that {@link #find} is going to add, if one is known. */
    void expect(String symbol, ReadAhead objects) {
        IndexedName indexed = IndexedName.of(symbol);
        int library = 0;
        for (LazyObjects source : objectSources) {
            for (; library < source.librariesBefore(); library++) {
                if (symbolSources.get(library).isKnownToDefine(symbol)) {
                    return;
                }
            }
            if (source.expect(indexed, objects)) {
                return;
            }
        }
    }

    /**
     * Adds the object of an archive that defines a common symbol for which there is no other
     * definition, if there is one. Archives behind a library that has content for it are not
     * searched: the symbol gives way to the library's.
     */
    Optional<Unit> define(Symbol common) {
        IndexedName indexed = IndexedName.of(common.name());
        int library = 0;
        for (int i = 0; i < objectSources.size(); i++) { // the first object may add a source
            LazyObjects source = objectSources.get(i);
            for (; library < source.librariesBefore(); library++) {
                if (symbolSources.get(library).hasContentFor(common)) {
                    definitions.giveWay(common);
                    return Optional.empty();
                }
            }
            Optional<Unit> unit = source.addDefinition(indexed);
            if (unit.isPresent()) {
                return unit;
            }
        }
        if (symbolSources.subList(library, libraryCount).stream()
                .anyMatch(left -> left.hasContentFor(common))) {
            definitions.giveWay(common);
        }
        return Optional.empty();
    }

    /** Forgets an object whose code has been removed. */
    void remove(Unit unit) {
        units.remove(unit);
        unlinked.remove(unit);
        unrecorded.remove(unit);
        if (closed) {
            definitions.forget(unit);
        } else {
            definitions.remove(unit);
        }
    }
}
