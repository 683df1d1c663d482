package dev.orcinus.runtime.elf;

import static dev.orcinus.runtime.dylib.FunctionSection.When.FINALIZE;
import static dev.orcinus.runtime.dylib.FunctionSection.When.INITIALIZE;

import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.FunctionSection.Kind;
import java.util.Optional;

/**
 * Which ELF sections hold functions to be run, and their order: the gABI's "Initialization and
 * Termination Functions"; the numbers in names are those of GNU ld's {@code SORT_BY_INIT_PRIORITY},
 * and {@code .ctors} and {@code .dtors} what GCC's crtstuff does with them.
 */
public final class ElfFunctionSections {
    private static final int FIRST = -1;

    /** {@code .ctors.N} is what a compiler makes of the priority 65535 - N. */
    private static final int COMPLEMENT = 65_535;

    private ElfFunctionSections() {}

    /** When the functions of a section run; empty if its name is that of no such section. */
    public static Optional<Kind> kind(String name) {
        int dot = name.indexOf('.', 1);
        String stem = dot < 0 ? name : name.substring(0, dot);
        int priority = dot < 0 ? FunctionSection.NO_PRIORITY : priority(name.substring(dot + 1));
        Kind kind =
                switch (stem) {
                    case ".preinit_array" -> new Kind(INITIALIZE, FIRST, false);
                    case ".init_array" -> new Kind(INITIALIZE, priority, false);
                    case ".fini_array" -> new Kind(FINALIZE, priority, true);
                    case ".ctors" -> new Kind(INITIALIZE, complement(priority), true);
                    case ".dtors" -> new Kind(FINALIZE, complement(priority), false);
                    default -> null;
                };
        return Optional.ofNullable(kind);
    }

    private static int complement(int priority) {
        return priority == FunctionSection.NO_PRIORITY ? priority : COMPLEMENT - priority;
    }

    /**
     * A suffix that is no number, as a compiler's {@code -ffunction-sections} may make, is none.
     */
    private static int priority(String suffix) {
        try {
            int number = Integer.parseInt(suffix);
            return 0 <= number && number <= COMPLEMENT ? number : FunctionSection.NO_PRIORITY;
        } catch (NumberFormatException e) {
            return FunctionSection.NO_PRIORITY;
        }
    }
}
