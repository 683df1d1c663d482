package dev.orcinus.jit;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LateLibrary;
import dev.orcinus.loader.link.LibrarySymbols;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.platform.spi.guest.CrashObserver;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The shared libraries that a program names. Those that share no symbol with it are opened together
 * as soon as its objects are known; the others, also together, when these are placed. All are
 * initialized when the program starts. One thread at a time may use it.
 */
final class LateLibraries implements LateLibrary.Opener {
    private final ProgramJit jit;
    private final Dylib dylib;
    private final Function<String, SymbolSource> openOne;
    private final CrashObserver report;
    private final StartLibraries start;
    private final Map<LateLibrary, NamedLibrary> all = new LinkedHashMap<>();
    private final Set<NamedLibrary> opened = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<NamedLibrary> added = new ArrayList<>();
    private Optional<List<String>> searchPath = Optional.empty();

    private record NamedLibrary(String path, Path file, LibraryNames names, LateLibrary late)
            implements StartLibraries.Candidate {
        Optional<String> threadLocal() {
            return names.threadLocal();
        }
    }

    /**
     * The libraries of a dylib, of which there are none.
     *
     * @param openOne opens a library, given its path
     * @param report tells the user where the program crashes
     */
    LateLibraries(
            ProgramJit jit,
            Dylib dylib,
            Function<String, SymbolSource> openOne,
            CrashObserver report) {
        this.jit = jit;
        this.dylib = dylib;
        this.openOne = openOne;
        this.report = report;
        this.start = new StartLibraries(jit);
    }

    /**
     * Adds a library.
     *
     * @param path as {@code dlopen} takes it
     * @param file its file
     * @param isOptional whether it is opened only if a symbol of it is needed
     */
    LateLibrary add(String path, Path file, LibraryNames names, boolean isOptional) {
        LateLibrary late =
                new LateLibrary(
                        names.symbols(),
                        NeededLibraries.of(file, names, searchPath()),
                        isOptional,
                        this);
        NamedLibrary named = new NamedLibrary(path, file, names, late);
        all.put(late, named);
        added.add(named);
        return late;
    }

    /** Returns the folders that the program's environment names for libraries. */
    List<String> searchPath() {
        if (searchPath.isEmpty()) {
            searchPath = Optional.of(jit.guest().libraries().searchPath());
        }
        return searchPath.get();
    }

    /** Opens those libraries together that can be opened now. */
    private void openReady() {
        List<NamedLibrary> ready =
                added.stream().filter(l -> l.late.isNeeded() && l.late.isReady(dylib)).toList();
        if (!added.isEmpty()) {
            requireAtStart();
        }
        added.clear();
        openTogether(ready);
    }

    /**
     * Requires those that replace symbols of others to be there from the start, and with them all
     * that need nothing of the program.
     */
    private void requireAtStart() {
        List<NamedLibrary> needed = all.values().stream().filter(l -> l.late.isNeeded()).toList();
        List<NamedLibrary> replacing =
                start.replacing(needed).stream()
                        .filter(l -> !opened.contains(l) && !l.late.refersTo(dylib))
                        .toList();
        if (!replacing.isEmpty()) {
            String reason =
                    "symbols of others are replaced by " + String.join(", ", paths(replacing));
            start.require(paths(readyOr(needed, replacing)), reason, null);
        }
    }

    /** Returns those of some libraries that need nothing of the program, and certain ones. */
    private List<NamedLibrary> readyOr(List<NamedLibrary> some, List<NamedLibrary> certain) {
        return some.stream().filter(l -> certain.contains(l) || l.late.isReady(dylib)).toList();
    }

    /** Returns the libraries to start with if there is no room for the thread-locals of one. */
    private List<String> startingWith(NamedLibrary library) {
        List<NamedLibrary> needed = all.values().stream().filter(l -> l.late.isNeeded()).toList();
        return library.late.refersTo(dylib) ? List.of() : paths(readyOr(needed, List.of(library)));
    }

    /** Opens libraries, with those that are open: so the process knows the order of all. */
    private void openTogether(List<NamedLibrary> libraries) {
        if (!opened.addAll(libraries)) {
            return;
        }
        List<NamedLibrary> named = all.values().stream().filter(opened::contains).toList();
        whileOpening(
                paths(libraries),
                () -> {
                    jit.target().openTogether(paths(named), threadLocals(named));
                    return true;
                });
    }

    private static List<String> paths(List<NamedLibrary> libraries) {
        return libraries.stream().map(NamedLibrary::path).toList();
    }

    private static List<String> threadLocals(List<NamedLibrary> libraries) {
        return libraries.stream().map(NamedLibrary::threadLocal).flatMap(Optional::stream).toList();
    }

    @Override
    public SymbolSource open(LateLibrary library) {
        openReady();
        NamedLibrary named = all.get(library);
        return start.open(
                named.path,
                () -> startingWith(named),
                () -> whileOpening(List.of(named.path), () -> open(named)));
    }

    private SymbolSource open(NamedLibrary library) {
        return library.threadLocal().isPresent()
                ? new LibrarySymbols(
                        jit.target(), jit.target().open(library.path, library.threadLocal().get()))
                : openOne.apply(library.path);
    }

    @Override
    public void openTogether(List<LateLibrary> libraries, List<LinkedProgram.Symbol> symbols) {
        openReady();
        if (!symbols.isEmpty()) {
            jit.offer(symbols);
        }
        openTogether(libraries.stream().map(all::get).toList());
    }

    /** Opens libraries. If the process of the program ends meanwhile, it is told which they are. */
    private <T> T whileOpening(List<String> paths, Supplier<T> opening) {
        jit.guest().onCrash(report);
        try {
            return opening.get();
        } catch (GuestGoneException gone) {
            String how = gone.end().describe();
            String names = String.join(", ", paths) + (paths.size() > 1 ? " were" : " was");
            throw new TargetException(
                    "the process of the program " + how + " while " + names + " opened", gone);
        }
    }
}
