package dev.orcinus.jit;

import dev.orcinus.secure.ClientAccess;
import dev.orcinus.secure.Fingerprint;
import dev.orcinus.secure.Token;
import dev.orcinus.secure.UserFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link Jit#connect(String, int, Credentials)} needs for a daemon that wants a token ({@code
 * orcinus serve --token-file}): the token, and how to recognise the daemon. The line is TLS 1.3,
 * and both sides prove that they know the token without sending it. Immutable.
 *
 * <pre>{@code
 * Credentials credentials = Credentials.ofTokenFile(Path.of("token"));
 * try (RemoteJit jit = Jit.connect("server", 20000, credentials)) {
 *     jit.createDylib("job").add(Path.of("job.o"));
 * }
 * }</pre>
 *
 * <p>The daemon's certificate is noted in the user's {@code ~/.config/orcinus/known_hosts} when a
 * connection succeeds for the first time, and has to be the same one from then on; or it has to
 * have a given fingerprint.
 */
public final class Credentials {
    private final Token token;
    private final Optional<Fingerprint> fingerprint;
    private final Path knownHosts;

    private Credentials(Token token, Optional<Fingerprint> fingerprint, Path knownHosts) {
        this.token = token;
        this.fingerprint = fingerprint;
        this.knownHosts = knownHosts;
    }

    /**
     * Reads the token from a file, without the white space around it.
     *
     * @param file a file that only its owner may use (mode 0600)
     * @throws UncheckedIOException if the file cannot be read, other users may use it, or it holds
     *     no token
     */
    public static Credentials ofTokenFile(Path file) {
        try {
            return of(Token.read(Objects.requireNonNull(file, "file")));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /**
     * Takes the token itself.
     *
     * @throws IllegalArgumentException if it is shorter than 32 bytes or longer than 4096, as UTF-8
     */
    public static Credentials ofToken(String token) {
        return of(Token.of(Objects.requireNonNull(token, "token")));
    }

    private static Credentials of(Token token) {
        return new Credentials(token, Optional.empty(), UserFolder.knownHosts());
    }

    /**
     * Returns these credentials for a daemon whose certificate has a given fingerprint, which the
     * daemon prints at its start. The file of known hosts is then neither read nor written.
     *
     * @param sha256 {@code SHA256:} and 64 hexadecimal digits, or as {@code keytool} and {@code
     *     openssl} print them
     * @throws IllegalArgumentException if it is no fingerprint
     */
    public Credentials withFingerprint(String sha256) {
        return new Credentials(token, Optional.of(Fingerprint.parse(sha256)), knownHosts);
    }

    /**
     * Returns these credentials with another file of known hosts.
     *
     * @param file the file, which may not exist
     */
    public Credentials withKnownHosts(Path file) {
        return new Credentials(token, fingerprint, Objects.requireNonNull(file, "file"));
    }

    ClientAccess access() {
        return new ClientAccess(token, fingerprint, knownHosts);
    }

    /** Returns a text without the token. */
    @Override
    public String toString() {
        return "credentials" + fingerprint.map(f -> " for " + f).orElse("");
    }
}
