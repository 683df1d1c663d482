package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.util.OptionalInt;

/** The executor has ended the line: it has left, or it has died. */
final class LineEndedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient OptionalInt exitStatus;

    /**
     * The end.
     *
     * @param exitStatus of the executor's process, if it is known
     * @param cause what a write has met, or null
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
