package dev.orcinus.loader;

/** What linking and loading is made of, in that order. */
public enum LinkPhase {
    /** Reading objects into graphs. */
    READ,
    /** Finding out who defines what, and what is needed. */
    RESOLVE,
    /** GOT entries, stubs, relaxations. */
    LOWER,
    /** Finding room. */
    PLACE,
    /** Copying contents and writing relocations, and handing the result over. */
    FIX_UP,
    /** Waiting until everything is in place. */
    FINALIZE,
    /** Running initializers. */
    INITIALIZE
}
