package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** The bytes that the two sides of a line exchange after the handshake: see the package. */
final class TokenExchange {
    static final byte[] MAGIC = "orcinus1".getBytes(US_ASCII);
    static final int CLIENT_BYTES = MAGIC.length + Token.PROOF_BYTES;
    static final byte ACCEPTED = 1;
    static final byte REFUSED = 2;
    static final int MOST_TEXT_BYTES = 1000;

    /** The reason of a refusal that clients have a sentence of their own for. */
    static final String NOT_THE_TOKEN = "not the token";

    private TokenExchange() {}

    static byte[] ofClient(byte[] proof) {
        return ByteBuffer.allocate(CLIENT_BYTES).put(MAGIC).put(proof).array();
    }

    static byte[] accepted(byte[] proof) {
        return ByteBuffer.allocate(1 + proof.length).put(ACCEPTED).put(proof).array();
    }

    /** Returns the answer with a reason, of which it holds as much as a client reads. */
    static byte[] refused(byte[] text) {
        int length = Math.min(text.length, MOST_TEXT_BYTES);
        return ByteBuffer.allocate(1 + Short.BYTES + length)
                .put(REFUSED)
                .putShort((short) length)
                .put(text, 0, length)
                .array();
    }
}
