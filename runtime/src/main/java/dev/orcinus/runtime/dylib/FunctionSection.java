package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;

/**
 * A recorded section: an array of pointers to functions without arguments.
 *
 * @param kind when they run, and in which order
 * @param range the pointers, in executor memory
 */
public record FunctionSection(Kind kind, AddressRange range) {
    /** The rank of sections without a priority: after all that have one. */
    public static final int NO_PRIORITY = 65_536;

    /** When the functions run. */
    public enum When {
        /** When the dylib is opened, or updated after the section has come. */
        INITIALIZE,
        /** When the dylib is closed. */
        FINALIZE
    }

    /**
     * When the functions of a section run.
     *
     * @param when on opening or on closing
     * @param rank sections of lower rank are run first on opening, and last on closing; those of
     *     equal rank in the order in which they were recorded, on closing the reverse of it
     * @param lastFirst whether the array's last function runs first
     */
    public record Kind(When when, int rank, boolean lastFirst) {}

    /** Initializers without a priority, the first one first. */
    public static FunctionSection initializers(AddressRange range) {
        return new FunctionSection(new Kind(When.INITIALIZE, NO_PRIORITY, false), range);
    }

    /** Finalizers without a priority, the last one first. */
    public static FunctionSection finalizers(AddressRange range) {
        return new FunctionSection(new Kind(When.FINALIZE, NO_PRIORITY, true), range);
    }

    /** When the functions run. */
    public When when() {
        return kind.when();
    }

    /** The section's place among those that run at the same time. */
    public int rank() {
        return kind.rank();
    }

    /** Whether the array's last function runs first. */
    public boolean lastFirst() {
        return kind.lastFirst();
    }
}
