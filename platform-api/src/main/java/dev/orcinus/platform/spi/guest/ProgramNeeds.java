package dev.orcinus.platform.spi.guest;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What code of a program needs of its process that only the start of the process can give.
 *
 * @param lowSymbols C-level names of symbols of libraries that have to lie in the first 2 GiB, where
 *     code with 32-bit addresses reaches them: variables lie there for all libraries (copy
 *     relocations), and functions have an entry there, which is their address for all
 * @param staticRoomBytes the room for static thread-local storage of linked code; 0 for what every
 *     process has
 * @param hasExecutableStack whether code on the stacks can run
 */
public record ProgramNeeds(
        List<String> lowSymbols, long staticRoomBytes, boolean hasExecutableStack) {
    /** No needs. */
    public static final ProgramNeeds NONE = new ProgramNeeds(List.of(), 0, false);

    /** Copies the list. */
    public ProgramNeeds {
        lowSymbols = List.copyOf(lowSymbols);
    }

    /** Returns the needs of this and other code. */
    public ProgramNeeds and(ProgramNeeds other) {
        Set<String> symbols = new LinkedHashSet<>(lowSymbols);
        symbols.addAll(other.lowSymbols);
        return new ProgramNeeds(
                List.copyOf(symbols),
                Math.max(staticRoomBytes, other.staticRoomBytes),
                hasExecutableStack || other.hasExecutableStack);
    }

    /** Returns whether this has all that other code needs. */
    public boolean covers(ProgramNeeds other) {
        return lowSymbols.containsAll(other.lowSymbols)
                && staticRoomBytes >= other.staticRoomBytes
                && (hasExecutableStack || !other.hasExecutableStack);
    }
}
