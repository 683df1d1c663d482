package dev.orcinus.loader;

import dev.orcinus.loader.link.Session;
import dev.orcinus.loader.link.Unit;

/** An object in a dylib. It need not be closed: it goes with its dylib at the latest. */
public final class JitObject implements AutoCloseable {
    private final Session session;
    private final Unit unit;

    JitObject(Session session, Unit unit) {
        this.session = session;
        this.unit = unit;
    }

    /** The name under which it was added. */
    public String name() {
        return unit.name();
    }

    /**
     * Runs its finalizers and removes it: what it defines is not defined any more, and its memory
     * goes. What refers to it still does, and must not be called. Does nothing the second time.
     *
     * @throws IllegalStateException if it may have registered functions to be called at exit, which
     *     only its dylib can run
     */
    @Override
    public void close() throws LinkException {
        session.remove(unit);
    }
}
