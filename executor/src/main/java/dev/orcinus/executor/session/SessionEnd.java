package dev.orcinus.executor.session;

import dev.orcinus.platform.spi.host.HostProcess;
import java.util.Optional;

/**
 * The end of a session.
 *
 * @param failure the reason; empty if the controller left
 * @param guestCodeLeft the number of calls of guest code that did not end in time; their memory was
 *     not freed, so the process should end
 */
public record SessionEnd(Optional<String> failure, int guestCodeLeft) {
    /**
     * Returns the exit status of a process that served only this session: 1 after an error, as
     * LLVM's executor. If guest code still runs, ends the process at once instead.
     */
    public int exit(HostProcess process) {
        int status = failure.isPresent() ? 1 : 0;
        if (guestCodeLeft > 0) {
            process.exitNow(status);
        }
        return status;
    }
}
