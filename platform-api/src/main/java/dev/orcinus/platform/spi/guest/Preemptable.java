package dev.orcinus.platform.spi.guest;

import java.util.List;
import java.util.Set;

/**
 * The definitions of a program that take the place of those of libraries.
 *
 * @param symbols the definitions
 * @param kept the names of others that libraries have, too, and use their own of
 * @param initialized a library whose initializers have run, and may have allocated memory, so that
 *     libraries keep the allocator that they have, though the program has one; empty if the program
 *     has none, or there is no such library
 */
public record Preemptable(
        List<LinkedProgram.Symbol> symbols, Set<String> kept, String initialized) {
    /** Copies list and set. */
    public Preemptable {
        symbols = List.copyOf(symbols);
        kept = Set.copyOf(kept);
    }
}
