package dev.orcinus.cli;

import dev.orcinus.jit.Credentials;
import dev.orcinus.secure.ClientAccess;
import dev.orcinus.secure.Fingerprint;
import dev.orcinus.secure.Token;
import dev.orcinus.secure.UserFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a client of a daemon that wants a token shows that it knows it, and recognises the daemon.
 * Variables of the environment stand for the options, because controllers start an executor without
 * arguments of the user's.
 *
 * @param tokenFile the file of the token; empty if the user has named none
 * @param fingerprint the fingerprint of the daemon's certificate; empty if the user has named none
 */
record AccessOptions(String tokenFile, String fingerprint) {
    static final String TOKEN_FILE = "--token-file";
    static final String FINGERPRINT = "--fingerprint";

    private static final String TOKEN_FILE_VARIABLE = "ORCINUS_TOKEN_FILE";
    private static final String FINGERPRINT_VARIABLE = "ORCINUS_FINGERPRINT";

    /** Takes options as they are given, and variables for those that are not. */
    static AccessOptions of(String tokenFile, String fingerprint) {
        return new AccessOptions(
                orVariable(tokenFile, TOKEN_FILE_VARIABLE),
                orVariable(fingerprint, FINGERPRINT_VARIABLE));
    }

    private static String orVariable(String text, String variable) {
        String value = System.getenv(variable);
        return text.isEmpty() && value != null ? value : text;
    }

    /**
     * Returns whether the user wants a line with a token: has named one, or the certificate that
     * only such a line has.
     */
    boolean wantsToken() {
        return hasToken() || !fingerprint.isEmpty();
    }

    private boolean hasToken() {
        return !tokenFile.isEmpty();
    }

    /** Returns what a relay needs. The user's own token counts if none is named. */
    ClientAccess access() throws UsageException, IOException {
        return new ClientAccess(Token.read(file()), parsedFingerprint(), UserFolder.knownHosts());
    }

    private Path file() throws UsageException {
        Path usual = UserFolder.settings().resolve("token");
        if (!hasToken() && !Files.exists(usual)) {
            throw new UsageException(
                    "the daemon's token is wanted: "
                            + TOKEN_FILE
                            + " FILE, "
                            + TOKEN_FILE_VARIABLE
                            + ", or "
                            + usual);
        }
        return hasToken() ? Path.of(tokenFile) : usual;
    }

    private Optional<Fingerprint> parsedFingerprint() throws UsageException {
        try {
            return fingerprint.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Fingerprint.parse(fingerprint));
        } catch (IllegalArgumentException e) {
            throw new UsageException(FINGERPRINT + ": " + e.getMessage());
        }
    }

    /** Returns what our loader needs. The user's own token counts if none is named. */
    Credentials credentials() throws UsageException, IOException {
        try {
            Credentials credentials = Credentials.ofTokenFile(file());
            return parsedFingerprint()
                    .map(given -> credentials.withFingerprint(given.toString()))
                    .orElse(credentials);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
