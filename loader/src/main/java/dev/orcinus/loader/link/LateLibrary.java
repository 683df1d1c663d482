package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    private final Opener opener;
    private boolean isNeeded;
    private SymbolSource open;

    /** A way to open a library. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens it.
         *
         * @param symbols the program's symbols that it is to be bound to
         * @return its symbols
         */
        SymbolSource open(List<LinkedProgram.Symbol> symbols);
    }

    /**
     * A library that is not open.
     *
     * @param exports the names that it defines
     * @param imports the names that it refers to
     * @param isOptional whether it is only opened if it defines what objects or needed libraries
     *     refer to
     */
    public LateLibrary(
            LibraryExports exports, LibraryImports imports, boolean isOptional, Opener opener) {
        this.exports = exports;
        this.imports = imports;
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

    /** Opens it now, unless it shares symbols with a dylib's objects. */
    void openUnlessShared(Dylib dylib) {
        if (!isOpen() && isReady(dylib)) {
            open = opener.open(List.of());
        }
    }

    /** Opens it without waiting for addresses of the program. */
    void openNow() {
        if (!isOpen()) {
            open = opener.open(List.of());
        }
    }

    /** Opens it after a dylib's objects have been placed. */
    void open(Dylib dylib) {
        if (!isOpen()) {
            open =
                    opener.open(
                            shared(dylib).stream()
                                    .filter(d -> !d.address().isNull())
                                    .map(LateLibrary::symbol)
                                    .toList());
        }
    }

    private static LinkedProgram.Symbol symbol(Definition definition) {
        return new LinkedProgram.Symbol(
                definition.symbol().name(),
                definition.address(),
                definition.symbol().sizeBytes(),
                definition.isCode());
    }

    /** Returns the dylib's definitions that the library has to use. */
    private List<Definition> shared(Dylib dylib) {
        List<Definition> shared = new ArrayList<>();
        for (String name : imports.names()) {
            dylib.resolveAdded(name).filter(Definition::isExported).ifPresent(shared::add);
        }
        for (String name : exports.names()) {
            if (!imports.names().contains(name)) {
                dylib.resolveAdded(name).filter(Definition::isPreferred).ifPresent(shared::add);
            }
        }
        return shared;
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
