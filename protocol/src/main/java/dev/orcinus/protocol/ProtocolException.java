package dev.orcinus.protocol;

/**
 * An error that the peer causes: bytes that break the protocol, or a broken connection. Each kind
 * is a subclass.
 */
public abstract sealed class ProtocolException extends Exception
        permits MalformedSpsException, MalformedFrameException, LineException {
    private static final long serialVersionUID = 1L;

    /** An error with a message for the log. */
    protected ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
