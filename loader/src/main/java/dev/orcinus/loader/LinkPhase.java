package dev.orcinus.loader;

/**
 * The phases of linking and loading, in the order in which they run.
 *
 * <pre>{@code System.out.println(jit.times().get(LinkPhase.FIX_UP).toMillis() + " ms");}</pre>
 */
public enum LinkPhase {
    /** Reading objects into graphs. */
    READ,
    /** Finding the definition of each symbol, and the objects that are needed. */
    RESOLVE,
    /** Removing unused parts; making GOT entries and stubs, or relaxing code that needs none. */
    LOWER,
    /** Finding room in the target's memory. */
    PLACE,
    /**
     * Opening thread-local storage, copying contents, writing relocations, and giving the result to
     * the target.
     */
    FIX_UP,
    /** Waiting until everything is in place. */
    FINALIZE,
    /** Running initializers. */
    INITIALIZE
}
