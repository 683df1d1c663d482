package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A shared library that a program names. If it shares symbols with the program's own definitions,
 * it is opened when their addresses are known, so that the dynamic linker can bind it to them: it
 * refers to them, or it has its own, to which the program's are preferred (System V ABI, "Symbol
 * Resolution"). All others are opened as soon as the program's objects are known. The session's
 * lock guards it.
 */
public final class LateLibrary implements SymbolSource {
    private final LibraryExports exports;
    private final LibraryImports imports;
    private final List<Names> needed;
    private final Opener opener;
    private boolean isNeeded;
    private SymbolSource open;

    /** A way to open libraries, which are initialized when the program starts. */
    public interface Opener {
        /** Opens a library, and returns its symbols. */
        SymbolSource open(LateLibrary library);

        /**
         * Opens libraries together. What cannot be opened is left out, without a word.
         *
         * @param symbols the program's symbols that they are to be bound to
         */
        void openTogether(List<LateLibrary> libraries, List<LinkedProgram.Symbol> symbols);
    }

    /** The names of a library's symbols: those that it defines, and those that it refers to. */
    public record Names(LibraryExports exports, LibraryImports imports) {
        /** Returns about how much memory they take. */
        public long sizeBytes() {
            return exports.sizeBytes() + imports.sizeBytes();
        }
    }

    /**
     * A library that is not open.
     *
     * @param names its names
     * @param needed those of libraries that are opened with it, because it needs them
     * @param isOptional whether it is only opened if it defines what objects or needed libraries
     *     refer to
     */
    public LateLibrary(Names names, List<Names> needed, boolean isOptional, Opener opener) {
        this.exports = names.exports;
        this.imports = names.imports;
        this.needed = List.copyOf(needed);
        this.isNeeded = !isOptional;
        this.opener = opener;
    }

    /** Returns whether it has to be opened. */
    public boolean isNeeded() {
        return isNeeded;
    }

    /**
     * Notes that it is needed if it defines one of some names to which code refers and which no
     * library before it has. Removes those that it defines, and adds those that it does not do
     * without and that the program does not define.
     */
    void takeNeeds(Set<String> names, Dylib dylib) {
        boolean isHit = names.removeIf(this::defines);
        isNeeded |= isHit;
        if (isNeeded) {
            imports.needed().stream()
                    .filter(name -> !defines(name))
                    .filter(name -> dylib.resolveAdded(LibraryExports.plain(name)).isEmpty())
                    .forEach(names::add);
        }
    }

    /** Returns whether it has a name, as far as is known before it is open. */
    boolean defines(String name) {
        return exports.defines(name);
    }

    boolean isOpen() {
        return open != null;
    }

    /** Returns whether it can be opened before a dylib's objects are placed. */
    public boolean isReady(Dylib dylib) {
        return shared(dylib).isEmpty();
    }

    /**
     * Returns whether it, or a library that it needs, refers to a dylib's objects, so that it
     * cannot be there before these.
     */
    public boolean refersTo(Dylib dylib) {
        return refersTo(imports, dylib)
                || needed.stream().anyMatch(other -> refersTo(other.imports, dylib));
    }

    private static boolean refersTo(LibraryImports imports, Dylib dylib) {
        return dylib.resolveAdded(imports.names()).anyMatch(Definition::isExported);
    }

    /** Opens it now, unless it shares symbols with a dylib's objects. */
    void openUnlessShared(Dylib dylib) {
        if (!isOpen() && isReady(dylib)) {
            open = opener.open(this);
        }
    }

    /** Opens it without waiting for addresses of the program. */
    void openNow() {
        if (!isOpen()) {
            open = opener.open(this);
        }
    }

    /**
     * Opens libraries after the objects of their dylibs have been placed.
     *
     * @param libraries those that are not open, each with the dylib that names it
     */
    static void open(Map<LateLibrary, Dylib> libraries) {
        Map<Opener, List<LateLibrary>> all = new LinkedHashMap<>();
        libraries
                .keySet()
                .forEach(one -> all.computeIfAbsent(one.opener, _ -> new ArrayList<>()).add(one));
        all.forEach(
                (opener, some) -> {
                    opener.openTogether(
                            some,
                            some.stream()
                                    .flatMap(one -> one.sharedSymbols(libraries.get(one)))
                                    .distinct()
                                    .toList());
                    some.forEach(LateLibrary::openNow);
                });
    }

    private Stream<LinkedProgram.Symbol> sharedSymbols(Dylib dylib) {
        return shared(dylib).stream()
                .filter(definition -> !definition.address().isNull())
                .map(LateLibrary::symbol);
    }

    private static LinkedProgram.Symbol symbol(Definition definition) {
        return new LinkedProgram.Symbol(
                definition.symbol().name(),
                definition.address(),
                definition.symbol().sizeBytes(),
                definition.isCode());
    }

    /** Returns the dylib's definitions that the library, or one that it needs, has to use. */
    private Set<Definition> shared(Dylib dylib) {
        Set<Definition> shared = new LinkedHashSet<>();
        addShared(exports, imports, dylib, shared);
        needed.forEach(other -> addShared(other.exports, other.imports, dylib, shared));
        return shared;
    }

    private static void addShared(
            LibraryExports exports, LibraryImports imports, Dylib dylib, Set<Definition> shared) {
        dylib.resolveAdded(imports.names()).filter(Definition::isExported).forEach(shared::add);
        dylib.resolveAdded(exports.names()).filter(Definition::isPreferred).forEach(shared::add);
    }

    /** Returns the address of a symbol, NULL before it is open. */
    ExecutorAddress address(String name) {
        return isOpen() ? open.find(List.of(name)).getFirst() : ExecutorAddress.NULL;
    }

    @Override
    public List<ExecutorAddress> find(List<String> names) {
        List<ExecutorAddress> all = new ArrayList<>(names.size());
        List<String> asked = new ArrayList<>();
        for (String name : names) {
            all.add(ExecutorAddress.NULL);
            if (isOpen() && defines(name)) {
                asked.add(name);
            }
        }
        if (asked.isEmpty()) {
            return all;
        }
        List<ExecutorAddress> found = open.find(asked);
        int next = 0;
        for (int i = 0; i < names.size(); i++) {
            if (next < asked.size() && asked.get(next).equals(names.get(i))) {
                all.set(i, found.get(next));
                next++;
            }
        }
        return all;
    }

    @Override
    public boolean isOfLibraries() {
        return isOpen();
    }

    @Override
    public boolean isKnownToDefine(String name) {
        return defines(name);
    }

    @Override
    public boolean hasContentFor(Symbol common) {
        return exports.contentBytes(common.name()) >= common.sizeBytes();
    }

    @Override
    public Optional<LateLibrary> late() {
        return isOpen() ? Optional.empty() : Optional.of(this);
    }
}
