package dev.orcinus.executor.session;

import dev.orcinus.platform.spi.host.HostProcess;
import java.util.Optional;

/**
 * How a session ended.
 *
 * @param failure why, if not by the controller's leaving
 * @param guestCodeLeft calls of guest code that did not end in time; what they use is left alone,
 *     so it is time for the process to end
 */
public record SessionEnd(Optional<String> failure, int guestCodeLeft) {
    /**
     * Ends a process that served only this session, at once if guest code still runs in it; else
     * the status to end with is returned: LLVM's executor ends with 1 after an error.
     */
    public int exit(HostProcess process) {
        int status = failure.isPresent() ? 1 : 0;
        if (guestCodeLeft > 0) {
            process.exitNow(status);
        }
        return status;
    }
}
