package dev.orcinus.platform.linux;

import static dev.orcinus.runtime.dylib.FunctionSection.When.FINALIZE;
import static dev.orcinus.runtime.dylib.FunctionSection.When.INITIALIZE;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.ObjectFormatRuntime;
import java.util.Optional;

/**
 * ELF at run time. Which sections hold functions, and their order: the gABI's "Initialization and
 * Termination Functions"; the numbers in names are those of GNU ld's {@code SORT_BY_INIT_PRIORITY},
 * and {@code .ctors} and {@code .dtors} what GCC's crtstuff does with them.
 */
public final class ElfRuntime implements ObjectFormatRuntime {
    private static final int FIRST = -1;

    /** {@code .ctors.N} is what a compiler makes of the priority 65535 - N. */
    private static final int COMPLEMENT = 65_535;

    /** For {@link java.util.ServiceLoader}. */
    public ElfRuntime() {}

    @Override
    public boolean supports(Triple target) {
        return !target.text().contains("-apple-") && !target.text().contains("-windows");
    }

    @Override
    public Optional<FunctionSection> classify(String name, AddressRange range) {
        int dot = name.indexOf('.', 1);
        String stem = dot < 0 ? name : name.substring(0, dot);
        int priority = dot < 0 ? FunctionSection.NO_PRIORITY : priority(name.substring(dot + 1));
        FunctionSection section =
                switch (stem) {
                    case ".preinit_array" -> new FunctionSection(INITIALIZE, FIRST, false, range);
                    case ".init_array" -> new FunctionSection(INITIALIZE, priority, false, range);
                    case ".fini_array" -> new FunctionSection(FINALIZE, priority, true, range);
                    case ".ctors" ->
                            new FunctionSection(INITIALIZE, complement(priority), true, range);
                    case ".dtors" ->
                            new FunctionSection(FINALIZE, complement(priority), false, range);
                    default -> null;
                };
        return Optional.ofNullable(section);
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
