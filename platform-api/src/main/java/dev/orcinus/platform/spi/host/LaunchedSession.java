package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.util.Optional;

/**
 * A session that a controller has started a launcher for. The launcher's process is the parent of
 * the guest, and ends with the session; this process serves the line. If the launcher's process is
 * ended, the guest ends with it, and the line is shut down.
 */
public interface LaunchedSession extends AutoCloseable {
    /** Returns the line to the controller, which belongs to the caller. */
    HostChannel line();

    /** Returns the guest, which belongs to the caller. */
    IsolatedGuest guest();

    /**
     * Opens the terminal that controls the launcher, once. From now on the interrupt key of the
     * terminal does not end the launcher's process.
     *
     * @return the terminal; empty if there is none
     */
    Optional<HostTerminal> openTerminal();

    /** Returns whether the launcher's process has ended, so that its user waits for nothing. */
    boolean hasEnded();

    /** Ends the launcher's process with a status. The guest and the line have been closed. */
    void end(int status);

    /** Ends the launcher's process at once if it runs, and lets go of all that has come from it. */
    @Override
    void close();
}
