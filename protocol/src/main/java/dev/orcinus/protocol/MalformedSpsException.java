package dev.orcinus.protocol;

/**
 * Serialized arguments or results that do not decode. Only one call is lost: the frame around it is
 * intact, and the session goes on.
 */
public final class MalformedSpsException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /**
     * Bytes that do not decode.
     *
     * @param offset the place in the serialized bytes
     * @param problem what is wrong there
     */
    public MalformedSpsException(long offset, String problem) {
        super("SPS data, offset 0x" + Long.toHexString(offset) + ": " + problem, null);
        this.offset = offset;
    }

    /** Returns the place in the serialized bytes where decoding stopped. */
    public long offset() {
        return offset;
    }
}
