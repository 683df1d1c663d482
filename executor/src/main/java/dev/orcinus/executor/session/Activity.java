package dev.orcinus.executor.session;

/** What a session is doing while its line is silent. */
enum Activity {
    /** Guest code runs, or the controller owes an answer. */
    BUSY,
    /** Nothing runs; allocations are held. */
    HOLDING,
    /** Nothing runs and no allocation is held. */
    EMPTY
}
