package dev.orcinus.daemon.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.secure.ClientAccess;
import dev.orcinus.secure.SecureLine;
import dev.orcinus.secure.ServerAccess;
import dev.orcinus.secure.ServerIdentity;
import dev.orcinus.secure.TlsEngine;
import dev.orcinus.secure.Token;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TokenGateTest {
    private static final Token TOKEN = Token.of("0123456789abcdef0123456789abcdef");
    private static final Duration LIMIT = Duration.ofMillis(700);

    /** No handshake takes as long, however busy the machine is. */
    private static final Duration LONG = Duration.ofSeconds(50);

    private static final int MOST = 64;

    @TempDir static Path serverFolder;
    private static ServerIdentity identity;

    @TempDir Path folder;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final BlockingQueue<HostChannel> admitted = new LinkedBlockingQueue<>();
    private final List<Duration> writeLimits = new CopyOnWriteArrayList<>();
    private final AtomicInteger entered = new AtomicInteger();
    private volatile Runnable beforeItIsAdmitted = () -> {};
    private volatile boolean isOfDaemonThread;
    private Optional<String> refusal = Optional.empty();
    private Listener listener;
    private TokenGate gate;

    @BeforeAll
    static void makeCertificate() throws IOException {
        if (identity == null) { // mutation tests run each method as if it were alone
            identity = ServerIdentity.of(serverFolder);
        }
    }

    @BeforeEach
    void listen() throws HostCallException {
        Host host = HostProvider.current();
        listener =
                host.channels().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open(LONG);
        Thread.ofPlatform().daemon(false).start(this::accept); // its threads would be as it is
    }

    private void open(Duration limit) {
        gate =
                new TokenGate(
                        new ServerAccess(TOKEN, identity),
                        limit,
                        _ -> refusal,
                        this::admit,
                        log::add);
    }

    private void admit(HostChannel channel) {
        isOfDaemonThread = Thread.currentThread().isDaemon();
        admitted.add(channel);
    }

    private void accept() {
        try {
            for (var next = listener.accept(); next != null; next = listener.accept()) {
                gate.enter(noting(next));
                entered.incrementAndGet();
            }
        } catch (HostCallException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a channel that notes how long its writes may take. */
    private HostChannel noting(HostChannel channel) {
        return (HostChannel)
                Proxy.newProxyInstance(
                        TokenGateTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("limitWrites")) {
                                Duration writes = (Duration) arguments[0];
                                writeLimits.add(writes);
                                if (writes.isZero()) {
                                    beforeItIsAdmitted.run();
                                }
                            }
                            try {
                                return method.invoke(channel, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @AfterEach
    void end() {
        listener.close();
        gate.close();
        admitted.forEach(HostChannel::close);
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) listener.address();
    }

    private Socket connect() throws IOException {
        return new Socket(address().getAddress(), address().getPort());
    }

    private SecureLine connect(Token token) throws IOException {
        return SecureLine.connect(
                address().getAddress().getHostAddress(),
                address().getPort(),
                new ClientAccess(token, Optional.empty(), folder.resolve("known_hosts")));
    }

    private String reason() throws InterruptedException {
        String line = log.poll(30, TimeUnit.SECONDS);
        assertTrue(line != null && line.startsWith("refused 127.0.0.1:"), line);
        return line.replaceFirst("refused [\\d.]*:\\d+: ", "");
    }

    private HostChannel admitted() throws InterruptedException {
        HostChannel channel = admitted.poll(30, TimeUnit.SECONDS);
        assertTrue(channel != null, log::toString);
        return channel;
    }

    /** Waits until the server has ended a connection; its answer does not matter. */
    private static void awaitEnd(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // it is reset, because the server has not read all
        }
    }

    @Test
    void aChannelCarriesContentOfAnySizeAndEnds() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (SecureLine client = connect(TOKEN);
                Arena arena = Arena.ofShared()) {
            HostChannel channel = admitted();
            assertTrue(channel.describe().endsWith(" by token, TLS 1.3"), channel.describe());
            assertTrue(channel.isSocket());
            assertEquals(0, channel.readNow(arena.allocate(10)));
            assertFalse(channel.awaitReadable(10));
            Thread writer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            client.write(ByteBuffer.wrap(bytes));
                                            client.endOutput();
                                        } catch (IOException e) {
                                            log.add(e.toString());
                                        }
                                    });
            MemorySegment all = arena.allocate(bytes.length + 1);
            assertTrue(channel.awaitReadable(30_000));
            long size = 0;
            long count = channel.read(all.asSlice(0, 7));
            assertTrue(channel.awaitReadable(0)); // the rest of a record is here
            while (count != HostChannel.END) {
                size += count;
                count = channel.read(all.asSlice(size));
            }
            assertEquals(bytes.length, size);
            assertArrayEquals(bytes, all.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
            assertEquals(HostChannel.END, channel.readNow(all));
            writer.join();
            channel.write(all.asSlice(0, 3), all.asSlice(3, 2_000_000));
            channel.close();
            ByteBuffer back = ByteBuffer.allocate(2_000_003);
            int read = 0;
            while (back.hasRemaining() && read != TlsEngine.END) {
                read = client.read(back);
            }
            assertEquals(ByteBuffer.wrap(bytes, 0, 2_000_003), back.flip());
            assertEquals(TlsEngine.END, client.read(ByteBuffer.allocate(1)));
        }
        assertEquals(0, gate.refused());
    }

    @Test
    void whoDoesNotSpeakTlsIsRefusedAtOnce() throws Exception {
        for (byte[] start : List.of(new byte[32], "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII))) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(start);
                assertEquals(
                        "it does not speak TLS; 'orcinus connect' does for controllers of LLVM",
                        reason());
                awaitEnd(socket);
            }
        }
        assertEquals(2, gate.refused());
    }

    @Test
    void muchGarbageIsNotRead() throws Exception {
        byte[] garbage = new byte[1 << 20];
        new Random(2).nextBytes(garbage);
        garbage[0] = 0x16;
        garbage[1] = 3;
        garbage[2] = 1;
        try (Socket socket = connect()) {
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < 64; i++) {
                            socket.getOutputStream().write(garbage);
                        }
                    });
        }
        assertFalse(reason().isEmpty());
    }

    @Test
    void whoSaysNothingOrLittleHasLimitedTime() throws Exception {
        open(LIMIT);
        String late =
                "it has not shown that it knows the token in time; 'orcinus connect' does so for"
                        + " controllers of LLVM";
        long begin = System.nanoTime();
        try (Socket silent = connect()) {
            assertEquals(late, reason());
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertTrue(took.compareTo(LIMIT) >= 0, took::toString);
            awaitEnd(silent);
        }
        byte[] hello = new byte[5 + 400]; // a record that comes byte by byte
        hello[0] = 0x16;
        hello[1] = 3;
        hello[2] = 1;
        hello[3] = 1;
        hello[4] = (byte) 0x90;
        try (Socket slow = connect()) {
            slow.setTcpNoDelay(true);
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < hello.length; i++) {
                            slow.getOutputStream().write(hello[i]);
                            Thread.sleep(20);
                        }
                    });
            assertEquals(late, reason());
        }
    }

    @Test
    void whoAlwaysSendsHasLimitedTimeToo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostChannel channel =
                    HostProvider.current().channels().connect(server.getLocalSocketAddress());
            try (Socket peer = server.accept();
                    ChannelWire wire = new ChannelWire(channel)) {
                peer.getOutputStream().write(1);
                assertTrue(channel.awaitReadable(30_000));
                ByteBuffer target = ByteBuffer.allocate(10);
                long now = System.nanoTime();
                assertThrows(SocketTimeoutException.class, () -> wire.read(target, now));
                assertEquals(1, wire.read(target, now + TimeUnit.SECONDS.toNanos(30)));
            } finally {
                channel.close();
            }
        }
    }

    @Test
    void thoseWhoOnlyWaitKeepNobodyOut() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                waiting.add(connect());
            }
            try (SecureLine client = connect(TOKEN)) {
                HostChannel channel = admitted();
                client.endOutput();
                try (Arena arena = Arena.ofConfined()) {
                    assertEquals(HostChannel.END, channel.read(arena.allocate(1)));
                }
                assertEquals("it has waited here the longest of 64", reason());
                awaitEnd(waiting.getFirst());
                channel.close();
            }
            gate.close();
            waiting.forEach(TokenGateTest::awaitEnd);
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    private void fillWith(List<Socket> waiting) {
        try {
            for (int i = 0; i < MOST; i++) {
                waiting.add(connect());
            }
            long begin = System.nanoTime();
            while (entered.get() <= MOST) {
                if (System.nanoTime() - begin > 30_000_000_000L) {
                    throw new IllegalStateException("they do not enter");
                }
                Thread.sleep(1);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It has shown that it knows the token, and is hung up on before a session can have it. */
    @Test
    void whoHasToGoAtTheLastMomentIsNotAdmitted() throws Exception {
        List<Socket> waiting = new CopyOnWriteArrayList<>();
        beforeItIsAdmitted = () -> fillWith(waiting);
        try (SecureLine _ = connect(TOKEN)) {
            assertEquals("others wait to show that they know the token", reason());
            assertEquals(1, gate.refused());
            assertEquals(List.of(), List.copyOf(admitted));
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void aWrongTokenIsRefusedAndTheLogHasLimitedLines() throws Exception {
        Token other = Token.of("0123456789abcdef0123456789abcdeg");
        for (int i = 0; i < 25; i++) {
            String told = assertThrows(IOException.class, () -> connect(other)).getMessage();
            assertEquals("the token was refused by 127.0.0.1:" + address().getPort(), told);
        }
        for (int i = 0; i < 20; i++) {
            assertEquals("it does not know the token", reason());
        }
        assertEquals(
                "more refusals in this minute are counted only ('orcinus status')",
                log.poll(30, TimeUnit.SECONDS));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (gate.refused() < 25 && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        assertEquals(25, gate.refused());
        assertEquals(List.of(), List.copyOf(log));
        assertEquals(List.of(), List.copyOf(admitted));
    }

    /** Else who does not read would keep a thread; a session may wait as long as it wants. */
    @Test
    void writesHaveLimitedTimeUntilTheTokenIsKnown() throws Exception {
        try (SecureLine _ = connect(TOKEN)) {
            admitted().close();
            assertEquals(List.of(LONG, Duration.ZERO), writeLimits.subList(0, 2));
            assertTrue(isOfDaemonThread, "it keeps no daemon from ending");
        }
    }

    @Test
    void aClosedGateTakesNobody() throws Exception {
        gate.close();
        try (Socket socket = connect()) {
            awaitEnd(socket);
        }
        assertEquals(0, gate.refused());
        assertEquals(List.of(), List.copyOf(log));
    }

    @Test
    void whoKnowsTheTokenIsToldWhyThereIsNoPlace() throws Exception {
        refusal = Optional.of("2 sessions run already (--sessions)");
        String told = assertThrows(IOException.class, () -> connect(TOKEN)).getMessage();
        assertTrue(told.endsWith(" has refused: 2 sessions run already (--sessions)"), told);
        assertEquals("2 sessions run already (--sessions)", reason());
    }
}
