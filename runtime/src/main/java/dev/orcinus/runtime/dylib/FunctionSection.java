package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;

/**
 * A recorded section: an array of pointers to functions.
 *
 * @param kind the time and the order in which they run
 * @param range the pointers, in executor memory
 */
public record FunctionSection(Kind kind, AddressRange range) {
    /** The rank of sections without a priority: after all that have one. */
    public static final int NO_PRIORITY = 65_536;

    /** The time at which functions run. */
    public enum When {
        /** When the dylib is opened, or updated after the section was recorded. */
        INITIALIZE,
        /** When the dylib is closed. */
        FINALIZE
    }

    /**
     * The time and the order in which the functions of a section run.
     *
     * @param when on opening or on closing
     * @param rank sections of lower rank are run first on opening, and last on closing; those of
     *     equal rank in the order in which they were recorded, on closing the reverse of it
     * @param lastFirst whether the array's last function runs first
     */
    public record Kind(When when, int rank, boolean lastFirst) {}

    /** Returns a section of initializers without a priority, the first one first. */
    public static FunctionSection initializers(AddressRange range) {
        return new FunctionSection(new Kind(When.INITIALIZE, NO_PRIORITY, false), range);
    }

    /** Returns a section of finalizers without a priority, the last one first. */
    public static FunctionSection finalizers(AddressRange range) {
        return new FunctionSection(new Kind(When.FINALIZE, NO_PRIORITY, true), range);
    }

    /** Returns when the functions run. */
    public When when() {
        return kind.when();
    }

    /** Returns the section's place among those that run at the same time. */
    public int rank() {
        return kind.rank();
    }

    /** Returns whether the array's last function runs first. */
    public boolean lastFirst() {
        return kind.lastFirst();
    }
}
