package dev.orcinus.executor.session;

/** What a session is doing while its line is silent. */
enum Activity {
    /** Guest code runs, or the controller owes an answer. */
    BUSY,
    /** Nothing runs; allocations are held, or none has been made yet. */
    HOLDING,
    /** Nothing runs, and all that was allocated is gone: so a controller leaves. */
    EMPTY
}
