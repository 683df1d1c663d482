package dev.orcinus.jit;

import dev.orcinus.loader.link.LateLibrary;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the libraries that a library of a program needs, and these in turn, as far as they are the
 * program's own: in the folders that the environment names, in those that they name ({@code
 * DT_RUNPATH}), and next to each other. Those of the system do not refer to a program, and are not
 * looked at. One thread uses it.
 */
final class NeededLibraries {
    private static final List<String> OF_THE_SYSTEM =
            List.of("/lib", "/lib64", "/usr/lib", "/usr/lib64");

    /** The folder of the library that names it (ld.so(8), "Dynamic string tokens"). */
    private static final List<String> ORIGIN = List.of("$ORIGIN", "${ORIGIN}");

    private final Set<Path> seen = new HashSet<>();
    private final List<LateLibrary.Names> found = new ArrayList<>();

    private final List<String> first;

    private NeededLibraries(List<String> first) {
        this.first = first;
    }

    /**
     * Returns the names of the symbols of those that a library needs.
     *
     * @param first the folders that the environment names
     */
    static List<LateLibrary.Names> of(Path file, LibraryNames library, List<String> first) {
        NeededLibraries all = new NeededLibraries(first);
        all.seen.add(file);
        all.addNeeded(file, library);
        return all.found;
    }

    private void addNeeded(Path file, LibraryNames library) {
        if (isOfTheSystem(file)) {
            return;
        }
        List<Path> folders = folders(file, library);
        for (String name : library.needed()) {
            find(name, folders).ifPresent(this::add);
        }
    }

    private static Optional<Path> find(String name, List<Path> folders) {
        try {
            return folders.stream()
                    .map(folder -> folder.resolve(name))
                    .filter(Files::isRegularFile)
                    .findFirst();
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private void add(Path file) {
        if (isOfTheSystem(file) || !seen.add(file)) {
            return;
        }
        Optional<LibraryNames> library = LibraryNames.of(file);
        library.ifPresent(
                names -> {
                    found.add(names.symbols());
                    addNeeded(file, names);
                });
    }

    private static boolean isOfTheSystem(Path file) {
        return OF_THE_SYSTEM.stream().anyMatch(file.normalize()::startsWith);
    }

    private List<Path> folders(Path file, LibraryNames library) {
        Path own = file.getParent();
        List<Path> folders = new ArrayList<>();
        first.forEach(folder -> folders.add(Path.of(folder)));
        for (String paths : library.searchPaths()) {
            for (String path : paths.split(":", -1)) {
                addAbsolute(path, own, folders);
            }
        }
        folders.add(own);
        return folders;
    }

    private static void addAbsolute(String path, Path own, List<Path> folders) {
        String resolved = path;
        for (String token : ORIGIN) {
            resolved = resolved.replace(token, own.toString());
        }
        try {
            Path folder = Path.of(resolved);
            if (folder.isAbsolute()) {
                folders.add(folder);
            }
        } catch (InvalidPathException _) {
            // the dynamic linker does not find it either
        }
    }
}
