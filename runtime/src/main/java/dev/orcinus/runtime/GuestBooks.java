package dev.orcinus.runtime;

import java.util.List;

/**
 * Books of this process about things in the guest that guest code changes. When the guest returns
 * to an earlier state, the books return with it.
 */
@FunctionalInterface
public interface GuestBooks {
    /** Returns a step that makes them say what they say now. */
    Runnable state();

    /**
     * Returns, once, a line for the user about each thing that such a step could not do. The step
     * itself tells nobody: it runs under locks, and nobody may read what is written.
     */
    default List<String> takeProblems() {
        return List.of();
    }
}
