package dev.orcinus.secure;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a certificate.
 *
 * @param hex 64 hexadecimal digits in lower case
 */
public record Fingerprint(String hex) {
    private static final String PREFIX = "SHA256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** Refuses what is no SHA-256. */
    public Fingerprint {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + hex + "' has not 64 hexadecimal digits");
        }
    }

    /**
     * Reads a fingerprint as {@link #toString} writes it, or as {@code keytool} and {@code openssl}
     * do: digits in either case, with or without colons and the name of the algorithm.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static Fingerprint parse(String text) {
        String digits = text.strip();
        if (digits.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
            digits = digits.substring(PREFIX.length()).strip();
        }
        try {
            return new Fingerprint(digits.replace(":", "").toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no fingerprint: SHA256: and 64 hexadecimal digits", e);
        }
    }

    /** Returns the fingerprint of a certificate. */
    static Fingerprint of(Certificate certificate) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return new Fingerprint(HexFormat.of().formatHex(sha.digest(certificate.getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without SHA-256", e);
        }
    }

    /** Returns {@code SHA256:} and the digits. */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
