package dev.orcinus.jit;

import dev.orcinus.loader.installed.LibraryFolders;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the file of a library that is given as {@code dlopen} takes it: a path, or a name that is
 * looked for in folders (ld.so(8)). It has no state.
 */
final class LibraryFinder {
    private LibraryFinder() {}

    /**
     * Returns the absolute path of a library; empty if it is not where libraries usually are.
     *
     * @param folders those in which a name is looked for before the folders of the system
     */
    static Optional<Path> find(String library, List<String> folders) {
        try {
            Path path = Path.of(library);
            return path.isAbsolute() || library.contains("/")
                    ? Optional.of(path.toAbsolutePath())
                    : Stream.concat(folders.stream(), LibraryFolders.OF_THE_SYSTEM.stream())
                            .map(folder -> Path.of(folder, library))
                            .filter(Files::isRegularFile)
                            .findFirst();
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}
