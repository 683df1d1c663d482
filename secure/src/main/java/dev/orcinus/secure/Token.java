package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that clients and the daemon know. Whoever knows it can run code as the daemon's user. No
 * method returns it; there are proofs of knowing it only.
 */
public final class Token {
    /** The size of a proof. */
    static final int PROOF_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 32;
    private static final int MOST_BYTES = 4096;

    private final SecretKeySpec key;

    private Token(byte[] secret) {
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** The two sides of a line. A proof of one side is none of the other. */
    enum Side {
        /** The side that has connected. */
        CLIENT,
        /** The side that has listened. */
        SERVER;

        private byte[] label() {
            return (this == CLIENT ? "client" : "server").getBytes(US_ASCII);
        }
    }

    /**
     * Makes a token of a text.
     *
     * @throws IllegalArgumentException if it is shorter than 32 bytes or longer than 4096, as UTF-8
     */
    public static Token of(String text) {
        byte[] secret = text.getBytes(UTF_8);
        if (secret.length < LEAST_BYTES || secret.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a token has "
                            + LEAST_BYTES
                            + " to "
                            + MOST_BYTES
                            + " bytes, and this one "
                            + (secret.length > MOST_BYTES ? "more" : secret.length));
        }
        return new Token(secret);
    }

    /**
     * Reads a token. White space around it does not count.
     *
     * @param file a file that only its owner may read, or a pipe
     * @throws IOException if it cannot be read, if others may read it, or if it holds no token
     */
    public static Token read(Path file) throws IOException {
        PrivateFiles.requirePrivate(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(2 * MOST_BYTES);
            return of(new String(content, UTF_8).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the proof that a side of a line knows the token.
     *
     * @param binding what only the two sides of that line have in common
     */
    byte[] proof(Side side, byte[] binding) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(side.label());
            return mac.doFinal(binding);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + ALGORITHM, e);
        }
    }

    /**
     * Returns whether these bytes are the proof of a side. The time that it takes does not depend
     * on where they differ.
     */
    boolean isProof(byte[] proof, Side side, byte[] binding) {
        return MessageDigest.isEqual(proof(side, binding), proof);
    }

    /** Returns a text without the secret. */
    @Override
    public String toString() {
        return "a token";
    }
}
