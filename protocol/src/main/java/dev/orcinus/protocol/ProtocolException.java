package dev.orcinus.protocol;

/**
 * Bytes from the peer that are not what the protocol says, or a line that broke. Each kind is a
 * subclass.
 */
public abstract sealed class ProtocolException extends Exception
        permits MalformedSpsException, MalformedFrameException, LineException {
    private static final long serialVersionUID = 1L;

    /** An error with a message for the log. */
    protected ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
