package dev.orcinus.platform.linux.channels;

import static dev.orcinus.platform.linux.channels.ThisHost.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixListenerTest {
    @TempDir private Path folder;
    private Path file;
    private UnixDomainSocketAddress address;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("socket");
        address = UnixDomainSocketAddress.of(file);
    }

    @Test
    void carriesBytesAndTellsTheUser() throws Exception {
        try (Listener listener = HOST.channels().listen(address);
                HostChannel connected = HOST.channels().connect(listener.address());
                HostChannel accepted = listener.accept();
                Arena arena = Arena.ofConfined()) {
            assertEquals(OptionalInt.of(HOST.process().uid()), accepted.peerUid());
            assertTrue(accepted.isSocket());
            connected.write(arena.allocateFrom("ships"));
            MemorySegment text = arena.allocate("ships".length() + 1);
            assertEquals(text.byteSize(), accepted.read(text));
            assertEquals("ships", text.getString(0));
        }
    }

    @Test
    void onlyTheOwnerMayConnectAndTheFileGoesWithTheListener() throws Exception {
        try (Listener listener = HOST.channels().listen(address)) {
            assertEquals(address, listener.address());
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void theFileOfAnotherListenerIsLeftAlone() throws Exception {
        try (Listener _ = HOST.channels().listen(address)) {
            Files.delete(file);
            Files.writeString(file, "mine");
        }
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void aSocketThatNobodyListensOnIsReplaced() throws Exception {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(address);
        }
        assertTrue(Files.exists(file));
        try (Listener listener = HOST.channels().listen(address);
                SocketChannel client = SocketChannel.open(address);
                HostChannel accepted = listener.accept();
                Arena arena = Arena.ofConfined()) {
            client.write(ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII)));
            assertEquals(1, accepted.read(arena.allocate(8)));
        }
    }

    @Test
    void aListenerThatLivesIsNotDisturbed() throws Exception {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(address);
            assertInUse();
            other.configureBlocking(false);
            assertEquals(null, other.accept(), "nobody has connected to it");
        }
    }

    @Test
    void aFileThatIsNoSocketIsKept() throws Exception {
        Files.writeString(file, "precious");
        assertInUse();
        assertEquals("precious", Files.readString(file));
    }

    private void assertInUse() {
        HostCallException failure =
                assertThrows(HostCallException.class, () -> HOST.channels().listen(address));
        assertEquals(98, failure.errno());
        assertTrue(failure.getMessage().startsWith("bind(unix:" + file + ")"), failure::toString);
    }

    @Test
    void aPathOfTheGreatestLengthWorksAndOneMoreIsRefused() throws Exception {
        int left = 103 - folder.toString().length() - 1;
        Path longest = folder.resolve("a".repeat(left));
        try (Listener listener = HOST.channels().listen(UnixDomainSocketAddress.of(longest));
                HostChannel _ = HOST.channels().connect(listener.address())) {
            assertTrue(Files.exists(longest));
        }
        UnixDomainSocketAddress tooLong =
                UnixDomainSocketAddress.of(folder.resolve("a".repeat(left + 1)));
        String message =
                assertThrows(HostCallException.class, () -> HOST.channels().listen(tooLong))
                        .getMessage();
        assertTrue(message.contains("from 1 to 103 bytes, and this one has 104"), message);
    }

    @Test
    void aSocketThatIsNotThereCannotBeConnectedTo() {
        HostCallException failure =
                assertThrows(HostCallException.class, () -> HOST.channels().connect(address));
        assertEquals(2, failure.errno());
    }

    /** Each may remove the abandoned file, and then neither the other one's new file. */
    @Test
    void ofManyThatReplaceAnAbandonedSocketAtOnceOneWins() throws Exception {
        int starters = 4;
        try (var threads = Executors.newFixedThreadPool(starters)) {
            for (int round = 0; round < 1000; round++) {
                abandon();
                var barrier = new CyclicBarrier(starters);
                List<Future<Optional<Listener>>> started = new ArrayList<>();
                for (int i = 0; i < starters; i++) {
                    started.add(threads.submit(() -> listenAt(barrier)));
                }
                List<Listener> winners = new ArrayList<>();
                for (Future<Optional<Listener>> each : started) {
                    each.get().ifPresent(winners::add);
                }
                assertEquals(1, winners.size(), "round " + round);
                try (Listener winner = winners.getFirst();
                        HostChannel _ = HOST.channels().connect(address)) {
                    winner.accept().close();
                }
            }
        }
    }

    private Optional<Listener> listenAt(CyclicBarrier barrier) throws Exception {
        barrier.await();
        try {
            return Optional.of(HOST.channels().listen(address));
        } catch (HostCallException e) {
            assertTrue(e.getMessage().contains("Address already in use"), e.getMessage());
            return Optional.empty();
        }
    }

    private void abandon() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(address);
        }
        assertTrue(Files.exists(file));
    }
}
