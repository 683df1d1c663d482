package dev.orcinus.runtime;

/**
 * Books of this process about things in the guest that guest code changes. When the guest returns
 * to an earlier state, the books return with it.
 */
@FunctionalInterface
public interface GuestBooks {
    /** Returns a step that makes them say what they say now. */
    Runnable state();
}
