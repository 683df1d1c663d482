package dev.orcinus.loader.graph;

import java.util.Comparator;

/**
 * A block of pointers to functions that are called when a dylib is opened, or when it is closed.
 *
 * @param when when they are called
 * @param priority those of lower priority are opened first and closed last
 * @param reversed whether the array's last function is called first on opening
 * @param block the pointers
 */
public record Initializer(When when, int priority, boolean reversed, Block block) {
    /** The priority of those that name none: after all others. */
    public static final int LAST = 65_536;

    /** The order of opening. */
    public static final Comparator<Initializer> ORDER =
            Comparator.comparing(Initializer::when).thenComparingInt(Initializer::priority);

    /** When the functions are called. */
    public enum When {
        /** On opening, before all others. */
        PREINIT,
        /** On opening. */
        INIT,
        /** On closing. */
        FINI
    }
}
