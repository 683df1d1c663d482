package dev.orcinus.protocol;

/**
 * An error of the connection: it broke in the middle of a frame, or an OS call on it failed. The
 * session ends.
 */
public final class LineException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    /** A broken connection; {@code cause} may be null. */
    public LineException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
