package dev.orcinus.loader.object.elf;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.Initializer.When;
import java.util.Optional;

/**
 * Which sections hold initializers and finalizers, and when they are due: {@code .init_array.N} in
 * ascending order of N, {@code .ctors.N} in descending order and from its end, those without a
 * number last (GNU ld's {@code SORT_BY_INIT_PRIORITY}).
 */
final class InitializerSections {
    /** {@code .ctors.N} is what a compiler makes of priority 65535 - N. */
    private static final int CTORS_COMPLEMENT = 65_535;

    private InitializerSections() {}

    static Optional<Initializer> of(int type, String name, Block block) {
        return switch (type) {
            case Elf.SHT_PREINIT_ARRAY -> array(When.PREINIT, Initializer.LAST, block);
            case Elf.SHT_INIT_ARRAY -> array(When.INIT, priority(name, ".init_array"), block);
            case Elf.SHT_FINI_ARRAY -> array(When.FINI, priority(name, ".fini_array"), block);
            default -> byName(name, block);
        };
    }

    /** Older tools give these sections the type {@code SHT_PROGBITS}. */
    private static Optional<Initializer> byName(String name, Block block) {
        if (isNamed(name, ".init_array")) {
            return array(When.INIT, priority(name, ".init_array"), block);
        }
        if (isNamed(name, ".fini_array")) {
            return array(When.FINI, priority(name, ".fini_array"), block);
        }
        if (isNamed(name, ".ctors")) {
            return Optional.of(new Initializer(When.INIT, complement(name, ".ctors"), true, block));
        }
        if (isNamed(name, ".dtors")) {
            return Optional.of(new Initializer(When.FINI, complement(name, ".dtors"), true, block));
        }
        return Optional.empty();
    }

    private static Optional<Initializer> array(When when, int priority, Block block) {
        return Optional.of(new Initializer(when, priority, false, block));
    }

    private static boolean isNamed(String name, String prefix) {
        return name.startsWith(prefix)
                && (name.length() == prefix.length() || name.charAt(prefix.length()) == '.');
    }

    private static int complement(String name, String prefix) {
        int number = priority(name, prefix);
        return number == Initializer.LAST ? number : CTORS_COMPLEMENT - number;
    }

    private static int priority(String name, String prefix) {
        String number = name.substring(Math.min(name.length(), prefix.length() + 1));
        try {
            return number.isEmpty() ? Initializer.LAST : Integer.parseInt(number);
        } catch (NumberFormatException e) {
            return Initializer.LAST;
        }
    }
}
