package dev.orcinus.platform.linux.guestprocess.threads;

/**
 * An exception that leaves a Java function which guest code has called. Guest code could not catch
 * it, so its process ends.
 */
public final class EscapedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Wraps what the function has thrown. */
    public EscapedException(Throwable thrown) {
        super(thrown);
    }
}
