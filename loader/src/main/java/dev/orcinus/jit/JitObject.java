package dev.orcinus.jit;


/**
 * An object in a dylib, or an archive with those of its objects that have been needed. It need not
 * be closed: it goes with its dylib at the latest.
 */
public final class JitObject implements AutoCloseable {
    private final String name;
    private final Removal removal;

    /** How it is removed. */
    @FunctionalInterface
    interface Removal {
        /** Does nothing the second time. */
        void run();
    }

    JitObject(String name, Removal removal) {
        this.name = name;
        this.removal = removal;
    }

    /** The name under which it was added. */
    public String name() {
        return name;
    }

    /**
     * Runs its finalizers, if its dylib is initialized, and removes it: what it defines is not
     * defined any more, and its memory goes. What refers to it still does, and must not be called.
     * Does nothing the second time.
     *
     * @throws IllegalStateException if it may have registered functions to be called at exit, which
     *     only its dylib can run
     */
    @Override
    public void close() {
        removal.run();
    }
}
