package dev.orcinus.jit;

/**
 * An object in a dylib, or an archive with those of its objects that have been needed. It need not
 * be closed: it goes with its dylib at the latest.
 */
public final class JitObject implements AutoCloseable {
    private final String name;
    private final Runnable removal;

    /**
     * An object.
     *
     * @param removal does nothing the second time
     */
    JitObject(String name, Runnable removal) {
        this.name = name;
        this.removal = removal;
    }

    /** The name under which it was added. */
    public String name() {
        return name;
    }

    /**
     * Runs its finalizers, if its dylib is initialized, and removes it: what it defines is not
     * defined any more, handles of its functions throw, its memory segments are not alive, and its
     * memory goes. Loaded code that refers to it still does, and must not be called. Does nothing
     * the second time.
     *
     * @throws IllegalStateException if a call of one of its functions has not returned, on whatever
     *     thread, or a call of code that refers to it: it names the function, and everything can be
     *     used as before. The same if it may have registered functions to be called at exit, which
     *     only its dylib can run. Or if a native call is using a memory segment of it: then its
     *     finalizers have run, and this can be called again
     */
    @Override
    public void close() {
        removal.run();
    }
}
