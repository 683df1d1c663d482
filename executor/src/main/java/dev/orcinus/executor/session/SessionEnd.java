package dev.orcinus.executor.session;

import java.util.Optional;

/**
 * How a session ended.
 *
 * @param failure why, if not by the controller's leaving
 * @param guestCodeLeft calls of guest code that did not end in time; what they use is left alone, so it is time for the process to end
 */
public record SessionEnd(Optional<String> failure, int guestCodeLeft) {
    /** The exit status for a process that served only this session: LLVM's executor ends with 1 after an error. */
    public int exitStatus() {
        return failure.isPresent() ? 1 : 0;
    }
}
