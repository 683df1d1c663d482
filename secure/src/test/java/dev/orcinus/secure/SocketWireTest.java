package dev.orcinus.secure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.secure.Peers.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client reads and writes without TLS, and how long it waits. */
@Timeout(60)
final class SocketWireTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final byte[] FOUR = {1, 2, 3, 4};

    private static SocketWire connect(Server server) throws IOException {
        return SocketWire.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), LIMIT);
    }

    @Test
    void bytesComeBehindThoseThatAreThere() throws Exception {
        try (Server server = Server.start(connection -> connection.getOutputStream().write(FOUR));
                SocketWire wire = connect(server)) {
            ByteBuffer part = ByteBuffer.allocate(6).position(1).slice().put((byte) 9);
            while (part.hasRemaining()) {
                int before = part.position();
                int read = wire.read(part, Peers.inTime(LIMIT));
                assertEquals(part.position() - before, read);
            }
            assertArrayEquals(new byte[] {0, 9, 1, 2, 3, 4}, part.array());
            assertEquals(-1, wire.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void whatIsLeftOfABufferIsWritten() throws Exception {
        byte[] read = new byte[3];
        try (Server server =
                        Server.start(
                                connection -> connection.getInputStream().readNBytes(read, 0, 3));
                SocketWire wire = connect(server)) {
            wire.write(ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}).position(1).slice().position(1));
            server.ended().get(30, TimeUnit.SECONDS);
            assertArrayEquals(new byte[] {2, 3, 4}, read);
        }
    }

    /** A line is used for hours after its handshake. */
    @Test
    void aReadWithoutDeadlineWaitsLongerThanTheOneBefore() throws Exception {
        CountDownLatch isPast = new CountDownLatch(1);
        try (Server server =
                        Server.start(
                                connection -> {
                                    awaitQuietly(isPast);
                                    connection.getOutputStream().write(7);
                                });
                SocketWire wire = connect(server)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThrows(
                    SocketTimeoutException.class,
                    () -> wire.read(one, Peers.inTime(Duration.ofMillis(50))));
            Thread later =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        sleepQuietly(Duration.ofMillis(200));
                                        isPast.countDown();
                                    });
            assertEquals(1, wire.read(one));
            assertEquals(7, one.get(0));
            later.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleepQuietly(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bytes that have come do not matter then. */
    @Test
    void nothingIsReadAfterTheDeadline() throws Exception {
        try (Server server = Server.start(connection -> connection.getOutputStream().write(1));
                SocketWire wire = connect(server)) {
            server.ended().get(30, TimeUnit.SECONDS);
            ByteBuffer one = ByteBuffer.allocate(1);
            long now = System.nanoTime();
            assertThrows(SocketTimeoutException.class, () -> wire.read(one, now));
            assertEquals(0, one.position());
        }
    }

    @Test
    void theOtherSideSeesTheEndOfAClosedWire() throws Exception {
        try (Server server =
                Server.start(connection -> assertEquals(-1, connection.getInputStream().read()))) {
            SocketWire wire = connect(server);
            wire.close();
            wire.close();
            server.ended().get(30, TimeUnit.SECONDS);
            assertThrows(IOException.class, () -> wire.read(ByteBuffer.allocate(1)));
        }
    }
}
