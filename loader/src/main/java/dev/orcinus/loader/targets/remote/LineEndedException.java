package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.runtime.crash.SignalText;
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
        super("it has ended the line" + text(exitStatus), cause);
        this.exitStatus = exitStatus;
    }

    private static String text(OptionalInt exitStatus) {
        if (exitStatus.isEmpty()) {
            return "";
        }
        int status = exitStatus.getAsInt();
        OptionalInt signal = TargetException.signalIn(exitStatus);
        String reason = signal.isPresent() ? ": " + SignalText.end(signal.getAsInt()) : "";
        return "; its exit status is " + status + reason;
    }

    OptionalInt exitStatus() {
        return exitStatus;
    }
}
