package dev.orcinus.executor.session;

/** The activity of a session while its line is silent. */
enum Activity {
    /** Guest code runs, or waits for a result from the controller. */
    BUSY,
    /** Nothing runs; allocations are held, or none has been made yet. */
    HOLDING,
    /** Nothing runs, and all allocations are gone, as they are when a controller leaves. */
    EMPTY
}
