package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.secure.TlsEngine.NoTlsException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The daemon's side of the establishment of lines. Thread-safe.
 *
 * @param token the token that clients must know
 * @param identity the daemon's key and certificate
 */
public record ServerAccess(Token token, ServerIdentity identity) {
    /** How long a client may take until it has proved that it knows the token. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * Reads the token, and the certificate of this user's daemons, which is made if there is none.
     *
     * @throws IOException if there is no token, or no certificate
     */
    public static ServerAccess of(Path tokenFile) throws IOException {
        return new ServerAccess(Token.read(tokenFile), ServerIdentity.of(UserFolder.settings()));
    }

    /**
     * Establishes a line with a client.
     *
     * @param refusal returns the reason why a client that knows the token gets no session, if there
     *     is one; the client is told
     * @param deadline when to give up, as {@link System#nanoTime} counts
     * @return the established line
     * @throws IOException if the client does not know the token, or does not say so in time. The
     *     message has no subject: "it does not speak TLS"
     */
    public TlsEngine admit(Wire wire, Supplier<Optional<String>> refusal, long deadline)
            throws IOException {
        TlsEngine engine = identity.engine();
        try {
            engine.handshake(wire, deadline);
            byte[] binding = engine.binding();
            if (!isProven(engine, wire, deadline, binding)) {
                refuse(engine, wire, TokenExchange.NOT_THE_TOKEN);
                throw new AccessException("it does not know the token");
            }
            Optional<String> reason = refusal.get();
            if (reason.isPresent()) {
                refuse(engine, wire, reason.get());
                throw new AccessException(reason.get());
            }
            engine.write(
                    ByteBuffer.wrap(
                            TokenExchange.accepted(token.proof(Token.Side.SERVER, binding))),
                    wire::write);
            return engine;
        } catch (SocketTimeoutException e) {
            throw new AccessException(
                    "it has not shown that it knows the token in time; 'orcinus connect' does so for"
                            + " controllers of LLVM",
                    e);
        } catch (NoTlsException e) {
            throw new AccessException(
                    e.getMessage() + "; 'orcinus connect' does for controllers of LLVM", e);
        }
    }

    private boolean isProven(TlsEngine engine, Wire wire, long deadline, byte[] binding)
            throws IOException {
        ByteBuffer introduction = ByteBuffer.allocate(TokenExchange.CLIENT_BYTES);
        engine.readFully(introduction, wire, deadline);
        byte[] bytes = introduction.array();
        int begin = TokenExchange.MAGIC.length;
        return Arrays.equals(bytes, 0, begin, TokenExchange.MAGIC, 0, begin)
                && token.isProof(
                        Arrays.copyOfRange(bytes, begin, bytes.length), Token.Side.CLIENT, binding);
    }

    private static void refuse(TlsEngine engine, Wire wire, String reason) throws IOException {
        byte[] text = reason.getBytes(UTF_8);
        engine.write(ByteBuffer.wrap(TokenExchange.refused(text)), wire::write);
        engine.endOutput(wire::write);
    }
}
