package dev.orcinus.loader;

/** The process that code is loaded into has refused something, or has gone. */
public final class TargetException extends LinkException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message what was asked for, of whom, and the answer
     * @param cause what lies behind it, or null
     */
    public TargetException(String message, Throwable cause) {
        super(message, cause);
    }
}
