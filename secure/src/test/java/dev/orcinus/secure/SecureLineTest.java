package dev.orcinus.secure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.orcinus.secure.Peers.Server;
import dev.orcinus.secure.Peers.SocketStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SecureLineTest {
    /** The size of a Setup message, whose first byte is that of a record of TLS. */
    private static final byte[] SETUP = {0x16, 0x03, 0, 0, 0, 0, 0, 0};

    private static ServerIdentity identity;
    private static ServerIdentity other;

    @TempDir Path folder;

    @BeforeAll
    static void makeCertificates() {
        identity = Peers.identity("server");
        other = Peers.identity("other");
    }

    private static String failure(CompletableFuture<Void> ended) throws Exception {
        return assertThrows(ExecutionException.class, () -> ended.get(30, TimeUnit.SECONDS))
                .getCause()
                .getMessage();
    }

    private static String refusal(Server server, ClientAccess access) {
        return assertThrows(AccessException.class, () -> server.connect(access)).getMessage();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(4711).nextBytes(bytes);
        return bytes;
    }

    private static byte[] readAll(SecureLine line) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        while (line.read(buffer.clear()) != TlsEngine.END) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toByteArray();
    }

    private static void echo(TlsEngine engine, SocketStreams wire) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(50_000);
        while (engine.read(buffer.clear(), wire::read) != TlsEngine.END) {
            engine.write(buffer.flip(), wire::write);
        }
        engine.endOutput(wire::write);
    }

    /** The keys of both directions change some times meanwhile: see this module's pom.xml. */
    @Test
    void bytesGoBothWaysAtOnceAlsoWhileKeysChange() throws Exception {
        assertTrue(System.getProperty("java.security.properties").endsWith("updates.properties"));
        byte[] sent = random(8 << 20);
        try (Server server = Server.start(identity, SecureLineTest::echo);
                SecureLine line = server.connect(Peers.client(folder))) {
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    line.write(ByteBuffer.wrap(sent));
                                    line.endOutput();
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            assertArrayEquals(sent, readAll(line));
            written.get(30, TimeUnit.SECONDS);
            server.ended().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void smallReadsGetAllBytesInOrder() throws Exception {
        byte[] sent = random(40_000);
        try (Server server =
                        Server.start(
                                identity,
                                (engine, wire) ->
                                        engine.write(ByteBuffer.wrap(sent), wire::write));
                SecureLine line = server.connect(Peers.client(folder))) {
            ByteBuffer all = ByteBuffer.allocate(sent.length);
            for (int size = 1; all.hasRemaining(); size = size % 7_001 + 1_000) {
                ByteBuffer part = ByteBuffer.allocateDirect(Math.min(size, all.remaining()));
                int count = line.read(part);
                assertEquals(count, part.flip().remaining());
                all.put(part);
            }
            assertArrayEquals(sent, all.array());
            assertEquals(TlsEngine.END, line.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void theServerAnswersAfterTheClientHasEndedItsDirection() throws Exception {
        byte[] answer = random(1 << 20);
        try (Server server =
                        Server.start(
                                identity,
                                (engine, wire) -> {
                                    ByteBuffer one = ByteBuffer.allocate(1);
                                    assertEquals(TlsEngine.END, engine.read(one, wire::read));
                                    assertEquals(TlsEngine.END, engine.read(one, wire::read));
                                    engine.write(ByteBuffer.wrap(answer), wire::write);
                                });
                SecureLine line = server.connect(Peers.client(folder))) {
            line.endOutput();
            assertArrayEquals(answer, readAll(line));
            assertThrows(IOException.class, () -> line.write(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void theWrongTokenIsRefused() throws Exception {
        try (Server server = Server.start(identity, SecureLineTest::echo)) {
            assertEquals(
                    "the token was refused by " + server.peer(),
                    refusal(server, Peers.client(folder, Peers.OTHER)));
            assertEquals("it does not know the token", failure(server.ended()));
            assertFalse(Files.exists(folder.resolve("known_hosts")));
        }
    }

    @Test
    void aServerThatOnlySaysThatItKnowsTheTokenIsNotTrusted() throws Exception {
        try (Server server =
                Server.start(
                        connection -> {
                            SocketStreams wire = new SocketStreams(connection);
                            long deadline = Peers.inTime(Duration.ofSeconds(20));
                            TlsEngine engine = identity.engine();
                            engine.handshake(wire, deadline);
                            ByteBuffer client = ByteBuffer.allocate(TokenExchange.CLIENT_BYTES);
                            engine.readFully(client, wire, deadline);
                            byte[] same =
                                    Arrays.copyOfRange(
                                            client.array(),
                                            TokenExchange.MAGIC.length,
                                            TokenExchange.CLIENT_BYTES);
                            engine.write(
                                    ByteBuffer.wrap(TokenExchange.accepted(same)), wire::write);
                        })) {
            assertEquals(
                    server.peer()
                            + " has not shown that it knows the token: it may be another daemon",
                    refusal(server, Peers.client(folder)));
            assertFalse(Files.exists(folder.resolve("known_hosts")));
        }
    }

    @Test
    void aProofOfAnotherLineIsWorthNothing() throws Exception {
        byte[] binding = random(32);
        try (Server server = Server.start(identity, SecureLineTest::echo);
                Socket socket = new Socket(Peers.HOST, server.port())) {
            SocketStreams wire = new SocketStreams(socket);
            long deadline = Peers.inTime(Duration.ofSeconds(20));
            TlsEngine engine = handshake(wire, deadline);
            byte[] old = Peers.TOKEN.proof(Token.Side.CLIENT, binding);
            engine.write(ByteBuffer.wrap(TokenExchange.ofClient(old)), wire::write);
            ByteBuffer answer = ByteBuffer.allocate(1);
            engine.readFully(answer, wire, deadline);
            assertEquals(TokenExchange.REFUSED, answer.get(0));
            assertEquals("it does not know the token", failure(server.ended()));
        }
    }

    /** Two lines of an older version may have the same binding: RFC 9266. */
    @Test
    void anOlderVersionOfTlsIsRefused() throws Exception {
        try (Server server = Server.start(identity, SecureLineTest::echo);
                SSLSocket socket =
                        (SSLSocket)
                                clientContext()
                                        .getSocketFactory()
                                        .createSocket(Peers.HOST, server.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThrows(SSLException.class, socket::startHandshake);
            String reason = failure(server.ended());
            assertTrue(reason.contains("TLSv1.2"), reason);
        }
    }

    /** A client need not wait until the connection ends. */
    @Test
    void aRefusalEndsTheLineOfTls() throws Exception {
        ServerAccess access = new ServerAccess(Peers.TOKEN, identity);
        try (Server server = Server.start(connection -> refuseAndStay(access, connection));
                Socket socket = new Socket(Peers.HOST, server.port())) {
            SocketStreams wire = new SocketStreams(socket);
            long deadline = Peers.inTime(Duration.ofSeconds(20));
            TlsEngine engine = handshake(wire, deadline);
            byte[] wrong = Peers.OTHER.proof(Token.Side.CLIENT, engine.binding());
            engine.write(ByteBuffer.wrap(TokenExchange.ofClient(wrong)), wire::write);
            int size = 1 + Short.BYTES + TokenExchange.NOT_THE_TOKEN.length();
            engine.readFully(ByteBuffer.allocate(size), wire, deadline);
            ByteBuffer one = ByteBuffer.allocate(1);
            assertEquals(TlsEngine.END, engine.read(one, records -> wire.read(records, deadline)));
        }
    }

    /** Keeps the connection until the client has ended it. */
    private static void refuseAndStay(ServerAccess access, Socket connection) throws IOException {
        SocketStreams wire = new SocketStreams(connection);
        long deadline = Peers.inTime(ServerAccess.LIMIT);
        assertThrows(AccessException.class, () -> access.admit(wire, Optional::empty, deadline));
        connection.setSoTimeout(0);
        var _ = connection.getInputStream().readAllBytes();
    }

    private static TlsEngine handshake(SocketStreams wire, long deadline) throws Exception {
        TlsEngine engine = new TlsEngine(clientContext().createSSLEngine(), true);
        engine.handshake(wire, deadline);
        return engine;
    }

    private static SSLContext clientContext() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new AnyCertificate()}, null);
        return context;
    }

    @Test
    void anotherReasonIsToldWithoutControlCharacters() throws Exception {
        ServerAccess access = new ServerAccess(Peers.TOKEN, identity);
        try (Server server =
                Server.start(
                        connection ->
                                access.admit(
                                        new SocketStreams(connection),
                                        () -> Optional.of("3 sessions\u001b[2J run already"),
                                        Peers.inTime(ServerAccess.LIMIT)))) {
            assertEquals(
                    server.peer() + " has refused: 3 sessions?[2J run already",
                    refusal(server, Peers.client(folder)));
        }
    }

    @Test
    void aLongReasonIsToldInPart() throws Exception {
        String reason = "because " + "x".repeat(2_000);
        ServerAccess access = new ServerAccess(Peers.TOKEN, identity);
        try (Server server =
                Server.start(
                        connection ->
                                access.admit(
                                        new SocketStreams(connection),
                                        () -> Optional.of(reason),
                                        Peers.inTime(ServerAccess.LIMIT)))) {
            assertEquals(
                    server.peer() + " has refused: " + reason.substring(0, 1_000),
                    refusal(server, Peers.client(folder)));
            assertEquals(reason, failure(server.ended()));
        }
    }

    /** Returns what a client is told whose server answers with these bytes. */
    private String refusalByServer(byte[] answer) throws Exception {
        try (Server server =
                Server.start(
                        connection -> {
                            SocketStreams wire = new SocketStreams(connection);
                            long deadline = Peers.inTime(Duration.ofSeconds(20));
                            TlsEngine engine = identity.engine();
                            engine.handshake(wire, deadline);
                            ByteBuffer client = ByteBuffer.allocate(TokenExchange.CLIENT_BYTES);
                            engine.readFully(client, wire, deadline);
                            engine.write(ByteBuffer.wrap(answer), wire::write);
                            engine.endOutput(wire::write);
                        })) {
            return refusal(server, new ClientAccess(Peers.TOKEN, known(), folder.resolve("no")))
                    .replace(server.peer(), "it");
        }
    }

    private static Optional<Fingerprint> known() {
        return Optional.of(identity.fingerprint());
    }

    @Test
    void aReasonThatIsTooLongOrMissingIsNotWaitedFor() throws Exception {
        String unreadable = "it has refused, with a reason that cannot be read";
        assertEquals(unreadable, refusalByServer(new byte[] {2, 3, (byte) 0xe9}));
        assertEquals(unreadable, refusalByServer(new byte[] {2, (byte) 0xff, (byte) 0xff}));
        assertEquals("it has refused: ", refusalByServer(new byte[] {2, 0, 0}));
        assertEquals(
                "it has not answered: it has ended the line",
                refusalByServer(new byte[] {2, 0, 4, 'x'}));
        assertEquals("it has not answered: it has ended the line", refusalByServer(new byte[0]));
        byte[] whole = new byte[3 + 1_000];
        Arrays.fill(whole, (byte) 'y');
        whole[0] = 2;
        whole[1] = 3;
        whole[2] = (byte) 0xe8;
        assertEquals("it has refused: " + "y".repeat(1_000), refusalByServer(whole));
    }

    @Test
    void anAnswerThatIsNoneIsNoProof() throws Exception {
        byte[] answer = new byte[1 + Token.PROOF_BYTES];
        answer[0] = 3;
        assertEquals(
                "it has not shown that it knows the token: it may be another daemon",
                refusalByServer(answer));
    }

    /** The same daemon has one line in the file of known hosts. */
    @Test
    void aHostIsToldInLowerCaseAndAnAddressOfIpv6InBrackets() throws Exception {
        for (String host : new String[] {"LocalHost", "::FFFF:" + Peers.HOST}) {
            try (Server server = Server.start(identity, SecureLineTest::echo);
                    SecureLine line =
                            SecureLine.connect(host, server.port(), Peers.client(folder))) {
                String lower = host.toLowerCase(Locale.ROOT);
                String expected = lower.contains(":") ? "[" + lower + "]" : lower;
                assertEquals(expected + ":" + server.port(), line.peer());
            }
        }
    }

    @Test
    void aCertificateIsPinnedOnFirstUse() throws Exception {
        int port;
        try (Server server = Server.start(identity, SecureLineTest::echo)) {
            port = server.port();
            server.connect(Peers.client(folder)).close();
            server.ended().get(30, TimeUnit.SECONDS);
        }
        Path known = folder.resolve("known_hosts");
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        assertEquals(
                Peers.HOST + ":" + port + " " + identity.fingerprint() + " " + today + "\n",
                Files.readString(known));
        CompletableFuture<Void> ended;
        try (Server server = Server.start(port, other, SecureLineTest::echo)) {
            assertEquals(
                    server.peer()
                            + "'s certificate has changed since "
                            + today
                            + ": fingerprint "
                            + other.fingerprint()
                            + ", expected "
                            + identity.fingerprint()
                            + ". If that is right, remove its line from "
                            + known,
                    refusal(server, Peers.client(folder)));
            ended = server.ended();
        }
        assertEquals("it has ended the line", failure(ended)); // no proof was sent
        try (Server server = Server.start(port, identity, SecureLineTest::echo)) {
            server.connect(Peers.client(folder)).close();
        }
    }

    @Test
    void aFingerprintReplacesTheFileOfKnownHosts() throws Exception {
        Path known = folder.resolve("known_hosts");
        try (Server server = Server.start(identity, SecureLineTest::echo)) {
            server.connect(
                            new ClientAccess(
                                    Peers.TOKEN, Optional.of(identity.fingerprint()), known))
                    .close();
            assertFalse(Files.exists(known));
        }
        try (Server server = Server.start(identity, SecureLineTest::echo)) {
            assertEquals(
                    server.peer()
                            + "'s certificate has the fingerprint "
                            + identity.fingerprint()
                            + ", expected "
                            + other.fingerprint(),
                    refusal(
                            server,
                            new ClientAccess(
                                    Peers.TOKEN, Optional.of(other.fingerprint()), known)));
            assertEquals("it has ended the line", failure(server.ended()));
        }
    }

    @Test
    void anExecutorWithoutTlsIsNamed() throws Exception {
        try (Server server =
                Server.start(
                        connection -> {
                            connection.getOutputStream().write(SETUP);
                            connection.getInputStream().readAllBytes();
                        })) {
            assertEquals(
                    server.peer()
                            + " does not speak TLS: is it an executor of LLVM, or a daemon without"
                            + " --token-file?",
                    refusal(server, Peers.client(folder)));
        }
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLong() throws Exception {
        try (Server server =
                Server.start(connection -> connection.getInputStream().readAllBytes())) {
            String message =
                    assertThrows(
                                    AccessException.class,
                                    () ->
                                            SecureLine.connect(
                                                    Peers.HOST,
                                                    server.port(),
                                                    Peers.client(folder),
                                                    Duration.ofMillis(300)))
                            .getMessage();
            assertEquals(server.peer() + " has not finished the handshake in 300 ms", message);
        }
    }

    @Test
    void aServerThatEndsTheLineIsNamed() throws Exception {
        try (Server server = Server.start(connection -> {})) {
            String message =
                    assertThrows(IOException.class, () -> server.connect(Peers.client(folder)))
                            .getMessage();
            assertTrue(
                    message.equals(
                                    server.peer()
                                            + ": no TLS: it has ended the line before TLS was"
                                            + " established")
                            || message.contains("reset"),
                    message);
        }
    }

    /** A record may be padded, so 40 bytes of content can be 600 KiB of records. */
    @Test
    void manyBytesWithLittleContentAreRefusedBySize() throws Exception {
        CompletableFuture<Void> established = new CompletableFuture<>();
        try (Server server =
                Server.start(
                        connection -> {
                            SocketStreams wire = new SocketStreams(connection);
                            long deadline = Peers.inTime(Duration.ofSeconds(30));
                            TlsEngine engine = identity.engine();
                            engine.handshake(wire, deadline);
                            established.complete(null);
                            ByteBuffer client = ByteBuffer.allocate(TokenExchange.CLIENT_BYTES);
                            engine.readFully(client, wire, deadline);
                        })) {
            Process client = startPaddingClient(server.peer());
            try {
                established.get(30, TimeUnit.SECONDS);
                for (int i = 0; i < TokenExchange.CLIENT_BYTES && !server.ended().isDone(); i++) {
                    client.getOutputStream().write('x');
                    client.getOutputStream().flush();
                    Thread.sleep(100);
                }
            } catch (IOException e) {
                // its connection has been ended
            } finally {
                client.destroyForcibly();
            }
            assertEquals("more than 65536 bytes of a handshake", failure(server.ended()));
        }
    }

    private static Process startPaddingClient(String peer) {
        try {
            return new ProcessBuilder(
                            "openssl",
                            "s_client",
                            "-quiet",
                            "-tls1_3",
                            "-record_padding",
                            "16384",
                            "-connect",
                            peer)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return abort("no openssl");
        }
    }

    @Test
    void aHandshakeWithoutEndIsRefusedBySize() throws Exception {
        ServerAccess access = new ServerAccess(Peers.TOKEN, identity);
        try (Server server =
                        Server.start(
                                connection ->
                                        access.admit(
                                                new SocketStreams(connection),
                                                Optional::empty,
                                                Peers.inTime(ServerAccess.LIMIT)));
                Socket socket = new Socket(Peers.HOST, server.port())) {
            byte[] record = new byte[5 + 16_384]; // the start of a ClientHello of 16 MiB
            record[0] = 0x16;
            record[1] = 3;
            record[2] = 1;
            record[3] = 0x40;
            record[5] = 1;
            record[6] = (byte) 0xff;
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < 1000; i++) {
                            socket.getOutputStream().write(record);
                        }
                    });
            assertTrue(
                    server.ended().isCompletedExceptionally() || failure(server.ended()) != null);
        }
    }
}
