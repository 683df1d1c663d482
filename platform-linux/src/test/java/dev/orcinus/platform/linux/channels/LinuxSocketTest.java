package dev.orcinus.platform.linux.channels;

import static dev.orcinus.platform.linux.channels.ThisHost.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinuxSocketTest {
    /** Half of what a delayed acknowledgement takes. */
    private static final long DELAY_NANOS = 20_000_000;

    private final Arena arena = Arena.ofAuto();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void tellsAddressAndUserOfALocalPeer(String host) throws Exception {
        assumeTrue(isOnThisMachine(host), "this machine has no " + host);
        try (Listener listener = listen(host);
                SocketChannel client = SocketChannel.open(listener.address());
                HostChannel accepted = listener.accept()) {
            InetSocketAddress address = (InetSocketAddress) client.getLocalAddress();
            assertTrue(accepted.describe().endsWith(":" + address.getPort()));
            assertEquals(OptionalInt.of(HOST.process().uid()), accepted.peerUid());
            assertTrue(accepted.isSocket());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void connectsToAListener(String host) throws Exception {
        assumeTrue(isOnThisMachine(host), "this machine has no " + host);
        try (Listener listener = listen(host);
                HostChannel connected = HOST.channels().connect(listener.address());
                HostChannel accepted = listener.accept()) {
            assertTrue(connected.isSocket());
            assertEquals(OptionalInt.of(HOST.process().uid()), connected.peerUid());
            connected.write(arena.allocateFrom("ships"));
            MemorySegment text = arena.allocate("ships".length() + 1);
            assertEquals(text.byteSize(), accepted.read(text));
            assertEquals("ships", text.getString(0));
        }
    }

    @Test
    void aPortWithoutAListenerRefusesToBeConnectedTo() throws Exception {
        InetSocketAddress address;
        try (Listener listener = listen("127.0.0.1")) {
            address = (InetSocketAddress) listener.address();
        }
        HostCallException failure =
                assertThrows(HostCallException.class, () -> HOST.channels().connect(address));
        String call = "connect(127.0.0.1:" + address.getPort() + ")";
        assertTrue(failure.getMessage().startsWith(call), failure.getMessage());
        assertEquals(111, failure.errno());
    }

    @Test
    void tellsTheUserOfAUnixPeer() throws Exception {
        int[] ends = Descriptors.socketPair();
        try (HostChannel channel = HOST.channels().inherit(ends[0], ends[0])) {
            assertEquals(OptionalInt.of(HOST.process().uid()), channel.peerUid());
        } finally {
            Descriptors.close(ends[1]);
        }
    }

    @Test
    void aPeerThatDoesNotReadIsGivenUpAfterTheLimit() throws Exception {
        try (Listener listener = listen("127.0.0.1");
                SocketChannel _ = SocketChannel.open(listener.address());
                HostChannel accepted = listener.accept()) {
            accepted.limitWrites(Duration.ofMillis(100));
            MemorySegment large = arena.allocate(64 << 20);
            HostCallException failure =
                    assertThrows(HostCallException.class, () -> accepted.write(large));
            assertTrue(failure.getMessage().contains("the peer has not read for 100 ms"));
            assertEquals(110, failure.errno());
        }
    }

    /**
     * The peer writes twice with Nagle's algorithm on, as LLVM does; a delayed acknowledgement
     * would take 40 ms in nearly each round. While others need the processors some rounds do so
     * without one.
     */
    @Test
    void aPeersSecondWriteIsNotHeldBack() throws Exception {
        int rounds = 100;
        try (Listener listener = listen("127.0.0.1");
                SocketChannel client = SocketChannel.open(listener.address());
                HostChannel accepted = listener.accept();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> server = threads.submit(() -> answer(accepted, rounds));
            int slow = 0;
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                client.write(ByteBuffer.allocate(32));
                client.write(ByteBuffer.allocate(16));
                client.read(ByteBuffer.allocate(8));
                slow += System.nanoTime() - start < DELAY_NANOS ? 0 : 1;
            }
            server.get();
            assertTrue(slow < rounds / 2, slow + " of " + rounds + " rounds are slow");
        }
    }

    private Void answer(HostChannel channel, int rounds) throws HostCallException {
        MemorySegment frame = arena.allocate(48);
        for (int i = 0; i < rounds; i++) {
            long done = 0;
            while (done < frame.byteSize()) {
                done += channel.read(frame.asSlice(done));
            }
            channel.write(frame.asSlice(0, 8));
        }
        return null;
    }

    @Test
    void closingAListenerReleasesWhoWaits() throws Exception {
        Listener listener = listen("127.0.0.1");
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<HostChannel> waiting = threads.submit(listener::accept);
            Thread.sleep(50);
            listener.close();
            assertNull(assertTimeoutPreemptively(Duration.ofSeconds(30), () -> waiting.get()));
            assertNull(listener.accept());
            listener.close();
        }
    }

    @Test
    void anAddressInUseOrUnknownIsAnError() throws Exception {
        try (Listener listener = listen("127.0.0.1")) {
            InetSocketAddress taken = (InetSocketAddress) listener.address();
            HostCallException failure =
                    assertThrows(HostCallException.class, () -> HOST.channels().listen(taken));
            assertEquals(
                    "bind(127.0.0.1:"
                            + taken.getPort()
                            + "): EADDRINUSE, Address already in use (errno 98)",
                    failure.getMessage());
        }
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("no.such.host", 1);
        assertEquals(
                "unknown host no.such.host",
                assertThrows(HostCallException.class, () -> HOST.channels().listen(unknown))
                        .getMessage());
    }

    @Test
    void aClosedDescriptorIsNotInherited() {
        HostCallException failure =
                assertThrows(HostCallException.class, () -> HOST.channels().inherit(999, 999));
        assertEquals(
                "fcntl(fd 999, F_SETFD, FD_CLOEXEC): EBADF, Bad file descriptor (errno 9)",
                failure.getMessage());
    }

    @Test
    void aDescriptorThatALauncherHasSentHasTheControllersNumber() {
        HostCallException failure =
                assertThrows(
                        HostCallException.class, () -> HOST.channels().inherit(999, 998, 5, 6));
        assertEquals(
                "fcntl(fd 5, F_SETFD, FD_CLOEXEC): EBADF, Bad file descriptor (errno 9)",
                failure.getMessage());
    }

    private static boolean isOnThisMachine(String host) throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
    }

    private static Listener listen(String host) throws Exception {
        return HOST.channels().listen(new InetSocketAddress(InetAddress.getByName(host), 0));
    }
}
