package dev.orcinus.jit;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnpreparedProcessException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Decides which libraries a program's process has to start with: those whose definitions take the
 * place of others that are there already, such as an allocator, and those for whose thread-locals a
 * running process has no room in static TLS. All others are opened while the program is linked,
 * which takes less time than to start the process again.
 */
final class StartLibraries {
    private static final String C_LIBRARY = "libc.so";

    /** What the dynamic linker says, whose messages are not translated before a program starts. */
    private static final String NO_STATIC_ROOM = "static TLS block";

    private final ProgramJit jit;

    StartLibraries(ProgramJit jit) {
        this.jit = jit;
    }

    /** A library that a program names. */
    interface Candidate {
        /** Returns how {@code dlopen} takes it: its path, or its name. */
        String path();

        /** Returns its file. */
        Path file();

        /** Returns the names of its symbols. */
        LibraryNames names();
    }

    /**
     * Returns those of some libraries that have to be there from the start because of their
     * symbols. What is named behind the C library does not take the place of its definitions.
     *
     * @param named libraries in the order of the program
     */
    <T extends Candidate> List<T> replacing(List<T> named) {
        List<T> replacing = new ArrayList<>();
        List<Path> before = new ArrayList<>();
        for (T library : named) {
            if (isCLibrary(library.path())) {
                break;
            }
            if (replaces(library, before)) {
                replacing.add(library);
            }
            before.add(library.file());
        }
        return replacing;
    }

    private boolean replaces(Candidate library, List<Path> before) {
        return !isProvided(library.path())
                && !jit.guest()
                        .libraries()
                        .replaced(
                                library.file(),
                                before,
                                library.names().symbols().exports()::definitions)
                        .isEmpty();
    }

    private boolean isProvided(String path) {
        return jit.provided().libraries().contains(path);
    }

    private static boolean isCLibrary(String path) {
        return Path.of(path).getFileName().toString().startsWith(C_LIBRARY);
    }

    /** Requires that the process has started with some libraries. */
    void require(List<String> paths, String reason, Throwable cause) {
        if (!jit.provided().libraries().containsAll(paths)) {
            throw new UnpreparedProcessException(
                    "the process has to start with " + String.join(", ", paths) + ": " + reason,
                    paths,
                    cause);
        }
    }

    /**
     * Opens a library. If there is no room for its thread-locals, the process has to start with it
     * and some others.
     *
     * @param before those others; none of them, nor the library, refers to the program
     */
    <T> T open(String path, Supplier<List<String>> before, Supplier<T> opening) {
        try {
            return opening.get();
        } catch (TargetException e) {
            if (e.getMessage().contains(NO_STATIC_ROOM) && !isProvided(path)) {
                List<String> all = new ArrayList<>(before.get());
                if (all.contains(path)) {
                    require(all, "it has no room left for the static thread-locals of " + path, e);
                }
            }
            throw e;
        }
    }
}
