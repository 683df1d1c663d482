package dev.orcinus.daemon.session;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.host.Host;
import java.util.function.Consumer;

/**
 * A guest process that can serve a session at once, because our functions have addresses in it.
 *
 * @param guest the process
 * @param executor serves one session with it
 * @param log the log of that session
 */
record ReadyGuest(IsolatedGuest guest, Executor executor, SessionLog log) implements AutoCloseable {
    /**
     * Starts a guest.
     *
     * @param target the target of the controllers' code
     * @param policy what that code may do
     * @throws UnsupportedOperationException if this system has no guest processes
     */
    static ReadyGuest start(Host host, Triple target, GuestPolicy policy, Consumer<String> log)
            throws HostCallException {
        SessionLog own = new SessionLog(log);
        IsolatedGuest guest = host.startGuest(GuestOptions.ofSession(policy));
        try {
            Executor executor = new Executor(guest, PresentedTarget.of(guest, target), own);
            var _ = guest.libraries().process(); // the first one opens them now
            return new ReadyGuest(guest, executor, own);
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            guest.close();
            throw e;
        }
    }

    /** Makes the thread that the first call of guest code takes, while nobody waits for it. */
    void prepare() throws HostCallException {
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            // it stays, and so does the one beside it
        }
    }

    /** Returns whether the process answers; its end may not have been noticed yet. */
    boolean isAlive() {
        try {
            return guest.libraries().find(guest.libraries().process(), "exit").isPresent();
        } catch (GuestGoneException gone) {
            return false;
        }
    }

    /** Ends the process and those that it has started. */
    @Override
    public void close() {
        executor.close();
    }
}
