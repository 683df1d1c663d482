package dev.orcinus.jit;

import dev.orcinus.loader.link.LibraryExports;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The libraries of a program's process whose symbols come before those of the libraries that the
 * program names ({@code LD_PRELOAD}). The process itself finds their symbols before those of
 * others, so it is asked, but only for names that they define: others may be those of a named
 * library.
 */
final class PreloadedLibraries implements SymbolSource {
    private final LinkTarget target;
    private final ExecutorAddress process;
    private final List<LibraryExports> exports;

    private PreloadedLibraries(
            LinkTarget target, ExecutorAddress process, List<LibraryExports> exports) {
        this.target = target;
        this.process = process;
        this.exports = exports;
    }

    /** Returns those of a program; empty if there are none. */
    static Optional<PreloadedLibraries> of(ProgramJit jit) {
        GuestLibraries libraries = jit.guest().libraries();
        List<LibraryExports> exports =
                libraries.preloaded().stream()
                        .map(library -> LibraryNames.of(Path.of(library)))
                        .flatMap(Optional::stream)
                        .map(library -> library.symbols().exports())
                        .toList();
        return exports.isEmpty()
                ? Optional.empty()
                : Optional.of(new PreloadedLibraries(jit.target(), libraries.process(), exports));
    }

    @Override
    public List<ExecutorAddress> find(List<String> names) {
        List<ExecutorAddress> all = new ArrayList<>(names.size());
        List<String> asked = names.stream().filter(this::isTheirs).toList();
        List<ExecutorAddress> found = asked.isEmpty() ? List.of() : target.find(process, asked);
        int next = 0;
        for (String name : names) {
            all.add(isTheirs(name) ? found.get(next++) : ExecutorAddress.NULL);
        }
        return all;
    }

    private boolean isTheirs(String name) {
        return exports.stream().anyMatch(library -> library.defines(name));
    }
}
