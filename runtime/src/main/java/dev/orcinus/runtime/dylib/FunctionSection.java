package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;

/**
 * A recorded section: an array of pointers to functions without arguments.
 *
 * @param when when they run
 * @param rank sections of lower rank are run first on opening, and last on closing; those of equal
 *     rank in the order in which they were recorded, on closing the reverse of it
 * @param lastFirst whether the array's last function runs first
 * @param range the pointers, in executor memory
 */
public record FunctionSection(When when, int rank, boolean lastFirst, AddressRange range) {
    /** The rank of sections without a priority: after all that have one. */
    public static final int NO_PRIORITY = 65_536;

    /** When the functions run. */
    public enum When {
        /** When the dylib is opened, or updated after the section has come. */
        INITIALIZE,
        /** When the dylib is closed. */
        FINALIZE
    }

    /** Initializers without a priority, the first one first. */
    public static FunctionSection initializers(AddressRange range) {
        return new FunctionSection(When.INITIALIZE, NO_PRIORITY, false, range);
    }

    /** Finalizers without a priority, the last one first. */
    public static FunctionSection finalizers(AddressRange range) {
        return new FunctionSection(When.FINALIZE, NO_PRIORITY, true, range);
    }
}
