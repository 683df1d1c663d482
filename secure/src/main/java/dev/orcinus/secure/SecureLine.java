package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.secure.TlsEngine.NoTlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * A client's line to a daemon that wants a token. One thread may read while another one writes; any
 * thread may {@link #close} it.
 */
public final class SecureLine implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** The server has its own limit, but its machine may be busy. */
    private static final Duration INTRODUCTION_LIMIT = Duration.ofSeconds(20);

    private final SocketWire wire;
    private final TlsEngine engine;
    private final String peer;

    private SecureLine(SocketWire wire, TlsEngine engine, String peer) {
        this.wire = wire;
        this.engine = engine;
        this.peer = peer;
    }

    /**
     * Connects to a daemon. Both sides know then that the other one knows the token. The daemon's
     * certificate is noted if it was unknown.
     *
     * @throws AccessException if one side does not trust the other
     * @throws IOException if the connection fails
     */
    public static SecureLine connect(String host, int port, ClientAccess access)
            throws IOException {
        return connect(host, port, access, INTRODUCTION_LIMIT);
    }

    static SecureLine connect(String host, int port, ClientAccess access, Duration limit)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("no address for " + host);
        }
        SocketWire wire = SocketWire.connect(address, CONNECT_LIMIT);
        try {
            SecureLine line =
                    new SecureLine(
                            wire,
                            new TlsEngine(context().createSSLEngine(), true),
                            text(host) + ":" + port);
            line.establish(access, limit);
            return line;
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private static String text(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.contains(":") ? "[" + lower + "]" : lower; // an address of IPv6
    }

    /** Returns a context that takes each certificate: its fingerprint is looked at afterwards. */
    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance(TlsEngine.VERSION);
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (KeyManagementException e) {
            throw new IllegalStateException("TLS without keys", e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + TlsEngine.VERSION, e);
        }
    }

    private void establish(ClientAccess access, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            engine.handshake(wire, deadline);
            Fingerprint fingerprint = Fingerprint.of(engine.peerCertificate());
            KnownHosts known = new KnownHosts(access.knownHosts());
            if (access.fingerprint().isPresent()) {
                check(fingerprint, access.fingerprint().get());
            } else {
                known.check(peer, fingerprint);
            }
            introduce(access.token(), deadline);
            if (access.fingerprint().isEmpty()) {
                known.add(peer, fingerprint);
            }
        } catch (SocketTimeoutException e) {
            throw new AccessException(
                    peer + " has not finished the handshake in " + limit.toMillis() + " ms", e);
        } catch (NoTlsException e) {
            throw new AccessException(
                    peer
                            + " does not speak TLS: is it an executor of LLVM, or a daemon without"
                            + " --token-file?",
                    e);
        } catch (SSLException e) {
            throw new AccessException(peer + ": no TLS: " + e.getMessage(), e);
        }
    }

    private void check(Fingerprint now, Fingerprint expected) throws AccessException {
        if (!now.equals(expected)) {
            throw new AccessException(
                    peer + "'s certificate has the fingerprint " + now + ", expected " + expected);
        }
    }

    private void introduce(Token token, long deadline) throws IOException {
        byte[] binding = engine.binding();
        byte[] proof = token.proof(Token.Side.CLIENT, binding);
        engine.write(ByteBuffer.wrap(TokenExchange.ofClient(proof)), wire::write);
        byte answer = readBytes(1, deadline)[0];
        if (answer == TokenExchange.REFUSED) {
            int length = ByteBuffer.wrap(readBytes(Short.BYTES, deadline)).getShort();
            throw refusal(length, deadline);
        }
        boolean knows =
                answer == TokenExchange.ACCEPTED
                        && token.isProof(
                                readBytes(Token.PROOF_BYTES, deadline), Token.Side.SERVER, binding);
        if (!knows) {
            throw new AccessException(
                    peer + " has not shown that it knows the token: it may be another daemon");
        }
    }

    private byte[] readBytes(int count, long deadline) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        try {
            engine.readFully(bytes, wire, deadline);
        } catch (SocketTimeoutException | SSLException e) {
            throw e;
        } catch (IOException e) {
            throw new AccessException(peer + " has not answered: " + e.getMessage(), e);
        }
        return bytes.array();
    }

    private AccessException refusal(int length, long deadline) throws IOException {
        if (length < 0 || length > TokenExchange.MOST_TEXT_BYTES) {
            return new AccessException(peer + " has refused, with a reason that cannot be read");
        }
        String reason = new String(readBytes(length, deadline), UTF_8);
        return new AccessException(
                reason.equals(TokenExchange.NOT_THE_TOKEN)
                        ? "the token was refused by " + peer
                        : peer + " has refused: " + printable(reason));
    }

    /** Returns a text from the other side without control characters. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Returns the daemon's address, {@code HOST:PORT}. */
    public String peer() {
        return peer;
    }

    /**
     * Waits for content and reads it.
     *
     * @return bytes read, at least 1, or {@link TlsEngine#END}
     */
    public int read(ByteBuffer target) throws IOException {
        return engine.read(target, wire::read);
    }

    /** Writes all of a buffer. */
    public void write(ByteBuffer source) throws IOException {
        engine.write(source, wire::write);
    }

    /** Ends this side's direction. What the daemon still sends can be read. */
    public void endOutput() throws IOException {
        engine.endOutput(wire::write);
    }

    /** Ends both directions; a thread that reads or writes gets an error. */
    @Override
    public void close() {
        wire.close();
    }
}
