package dev.orcinus.executor.session;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.host.HostProcess;
import java.util.Optional;

/**
 * The end of a session.
 *
 * @param failure the reason; empty if the controller left
 * @param guestCodeLeft the number of calls of guest code that did not end in time; their memory was
 *     not freed, so the process should end
 * @param guestEnd the end of the guest, if it has ended the session
 */
public record SessionEnd(Optional<String> failure, int guestCodeLeft, Optional<GuestEnd> guestEnd) {
    private static final int FAILURE = 1;
    private static final int SIGNALED = 128;
    private static final int SIGKILL = 9;

    /** The end of a session that its guest has not ended. */
    public SessionEnd(Optional<String> failure, int guestCodeLeft) {
        this(failure, guestCodeLeft, Optional.empty());
    }

    /**
     * Returns the exit status of a process that served only this session: that of the guest if it
     * has ended the session, else 1 after an error, as LLVM's executor.
     */
    public int status() {
        int ofSession = failure.isPresent() ? FAILURE : 0;
        return guestEnd.map(SessionEnd::status).orElse(ofSession);
    }

    /**
     * Returns the exit status of a process that served only this session. If guest code still runs,
     * ends the process at once instead.
     */
    public int exit(HostProcess process) {
        int status = status();
        if (guestCodeLeft > 0) {
            process.exitNow(status);
        }
        return status;
    }

    /** Returns the status that shells show for a process that has ended in this way. */
    public static int status(GuestEnd end) {
        if (end instanceof GuestEnd.Exited exit) {
            return exit.status();
        }
        return SIGNALED + (end instanceof GuestEnd.Crashed crash ? crash.signal() : SIGKILL);
    }
}
