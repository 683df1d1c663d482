package dev.orcinus.protocol;

/** A frame that breaks the framing, so that no byte behind it can be trusted. The session ends. */
public final class MalformedFrameException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    /** A broken frame; {@code problem} names the field and its value. */
    public MalformedFrameException(String problem) {
        super(problem, null);
    }
}
