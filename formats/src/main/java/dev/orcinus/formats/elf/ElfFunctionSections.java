package dev.orcinus.formats.elf;

import java.util.Optional;

/**
 * The ELF sections that hold functions to be run, and the order of these: the gABI's
 * "Initialization and Termination Functions". The numbers in names are those of GNU ld's {@code
 * SORT_BY_INIT_PRIORITY}, and {@code .ctors} and {@code .dtors} work as in GCC's crtstuff.
 */
public final class ElfFunctionSections {
    /** The rank of sections without a number: after all that have one. */
    public static final int NO_PRIORITY = 65_536;

    /** The rank of the code of {@code .init} and {@code .fini}: before all arrays but one. */
    public static final int CODE_RANK = -1;

    private static final int FIRST = -2;

    /** A compiler makes {@code .ctors.N} of the priority 65535 - N. */
    private static final int COMPLEMENT = 65_535;

    private ElfFunctionSections() {}

    /**
     * The order of the functions of a section.
     *
     * @param atStart whether they run when the object is opened, or else when it is closed
     * @param rank sections of lower rank run first when the object is opened, and last when it is
     *     closed
     * @param lastFirst whether the array's last function runs first
     */
    public record Order(boolean atStart, int rank, boolean lastFirst) {}

    /**
     * Returns how the functions of a section are run; empty if it holds none.
     *
     * @param type {@code sh_type}, which decides if it is one of the three array types; else the
     *     name decides, because older tools give these sections the type {@code SHT_PROGBITS}. The
     *     name also has the priority
     */
    public static Optional<Order> of(int type, String name) {
        String stem =
                switch (type) {
                    case Elf.SHT_PREINIT_ARRAY -> ".preinit_array";
                    case Elf.SHT_INIT_ARRAY -> ".init_array";
                    case Elf.SHT_FINI_ARRAY -> ".fini_array";
                    default -> "";
                };
        Optional<Order> named = name.startsWith(stem) ? of(name) : Optional.empty();
        return named.isPresent() ? named : of(stem);
    }

    /** Returns how the functions of a section of that name are run; empty if it holds none. */
    public static Optional<Order> of(String name) {
        return mayHoldSome(name) ? ofStem(name) : Optional.empty();
    }

    /** Returns whether a name begins as one of those below, as few do. */
    private static boolean mayHoldSome(String name) {
        if (name.length() < 2 || name.charAt(0) != '.') {
            return false;
        }
        return switch (name.charAt(1)) {
            case 'p', 'i', 'f', 'c' -> true;
            case 'd' -> !name.startsWith(".data");
            default -> false;
        };
    }

    private static Optional<Order> ofStem(String name) {
        int dot = name.indexOf('.', 1);
        String stem = dot < 0 ? name : name.substring(0, dot);
        String suffix = dot < 0 ? "" : name.substring(dot + 1);
        Order order =
                switch (stem) {
                    case ".preinit_array" -> new Order(true, FIRST, false);
                    case ".init_array" -> new Order(true, priority(suffix), false);
                    case ".fini_array" -> new Order(false, priority(suffix), true);
                    case ".ctors" -> new Order(true, complement(priority(suffix)), true);
                    case ".dtors" -> new Order(false, complement(priority(suffix)), false);
                    default -> null;
                };
        return Optional.ofNullable(order);
    }

    private static int complement(int priority) {
        return priority == NO_PRIORITY ? priority : COMPLEMENT - priority;
    }

    /**
     * Returns the priority in a suffix. A suffix that is no number, as a compiler's {@code
     * -ffunction-sections} may make, is no priority.
     */
    private static int priority(String suffix) {
        try {
            int number = Integer.parseInt(suffix);
            return 0 <= number && number <= COMPLEMENT ? number : NO_PRIORITY;
        } catch (NumberFormatException e) {
            return NO_PRIORITY;
        }
    }
}
