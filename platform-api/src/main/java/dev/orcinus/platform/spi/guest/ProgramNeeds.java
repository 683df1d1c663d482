package dev.orcinus.platform.spi.guest;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What code of a program needs of its process that only the start of the process can give.
 *
 * @param libraries the paths or names of libraries that are loaded with the process, as those that
 *     an executable needs, in the order in which their symbols count; libraries that are opened
 *     later neither take the place of the C library's definitions, nor have much static
 *     thread-local storage
 * @param lowSymbols C-level names of symbols of libraries that have to lie in the first 2 GiB,
 *     where code with 32-bit addresses reaches them: variables lie there for all libraries (copy
 *     relocations), and functions have an entry there, which is their address for all
 * @param staticRoomBytes the room for static thread-local storage of linked code; 0 for what every
 *     process has
 * @param hasExecutableStack whether code on the stacks can run
 */
public record ProgramNeeds(
        List<String> libraries,
        List<String> lowSymbols,
        long staticRoomBytes,
        boolean hasExecutableStack) {
    /** No needs. */
    public static final ProgramNeeds NONE = new ProgramNeeds(List.of(), List.of(), 0, false);

    /** Copies the lists. */
    public ProgramNeeds {
        libraries = List.copyOf(libraries);
        lowSymbols = List.copyOf(lowSymbols);
    }

    /** Returns needs of certain libraries only. */
    public static ProgramNeeds ofLibraries(List<String> libraries) {
        return new ProgramNeeds(libraries, List.of(), 0, false);
    }

    /** Returns the needs of this and other code, whose order of libraries counts. */
    public ProgramNeeds and(ProgramNeeds other) {
        return new ProgramNeeds(
                union(other.libraries, libraries),
                union(lowSymbols, other.lowSymbols),
                Math.max(staticRoomBytes, other.staticRoomBytes),
                hasExecutableStack || other.hasExecutableStack);
    }

    private static List<String> union(List<String> first, List<String> second) {
        Set<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    /** Returns whether this has all that other code needs. */
    public boolean covers(ProgramNeeds other) {
        return libraries.containsAll(other.libraries)
                && lowSymbols.containsAll(other.lowSymbols)
                && staticRoomBytes >= other.staticRoomBytes
                && (hasExecutableStack || !other.hasExecutableStack);
    }
}
