package dev.orcinus.loader;

import java.util.OptionalInt;

/** The process that code is loaded into has refused something, or has gone. */
public final class TargetException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final transient OptionalInt exitStatus;

    /**
     * A refusal.
     *
     * @param message what was asked for, of whom, and the answer
     * @param cause what lies behind it, or null
     */
    public TargetException(String message, Throwable cause) {
        this(message, cause, OptionalInt.empty());
    }

    /**
     * The end of a process.
     *
     * @param message what was asked for, and of whom
     * @param cause what lies behind it, or null
     * @param exitStatus of the process, if it is known
     */
    public TargetException(String message, Throwable cause, OptionalInt exitStatus) {
        super(message, cause);
        this.exitStatus = exitStatus;
    }

    /**
     * The exit status of the process, if it has ended and was started for this session; as {@link
     * Process#exitValue} has it.
     */
    public OptionalInt exitStatus() {
        return exitStatus;
    }
}
