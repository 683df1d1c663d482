package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.util.OptionalInt;

/** The executor has ended the line: it has closed it, or its process has ended. */
final class LineEndedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient OptionalInt exitStatus;

    /**
     * Makes an exception for the end of a line.
     *
     * @param exitStatus the exit status of the executor's process, if it is known
     * @param cause the exception of a write that failed, or null
     */
    LineEndedException(OptionalInt exitStatus, Throwable cause) {
        super(
                "it has ended the line"
                        + (exitStatus.isPresent()
                                ? "; its exit status is " + exitStatus.getAsInt()
                                : ""),
                cause);
        this.exitStatus = exitStatus;
    }

    OptionalInt exitStatus() {
        return exitStatus;
    }
}
