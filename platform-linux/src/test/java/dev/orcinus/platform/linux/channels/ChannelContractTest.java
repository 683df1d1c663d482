package dev.orcinus.platform.linux.channels;

import static dev.orcinus.platform.linux.channels.ThisHost.HOST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.ReadWatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that all kinds of channels have to pass. */
final class ChannelContractTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment buffer = arena.allocate(1 << 16);

    /** A kind of channel. */
    enum Kind {
        PIPES {
            @Override
            Pair open() throws HostCallException {
                int[] there = Descriptors.pipe();
                int[] back = Descriptors.pipe();
                return new Pair(
                        HOST.channels().inherit(back[0], there[1]),
                        HOST.channels().inherit(there[0], back[1]));
            }
        },
        UNIX_SOCKET {
            @Override
            Pair open() throws HostCallException {
                int[] ends = Descriptors.socketPair();
                return new Pair(
                        HOST.channels().inherit(ends[0], ends[0]),
                        HOST.channels().inherit(ends[1], ends[1]));
            }
        },
        TWO_SOCKETS {
            @Override
            Pair open() throws HostCallException {
                int[] there = Descriptors.socketPair();
                int[] back = Descriptors.socketPair();
                return new Pair(
                        HOST.channels().inherit(back[0], there[1]),
                        HOST.channels().inherit(there[0], back[1]));
            }
        },
        TCP {
            @Override
            Pair open() throws Exception {
                InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                try (Listener listener = HOST.channels().listen(any)) {
                    int client = TcpClient.connect((InetSocketAddress) listener.address());
                    return new Pair(HOST.channels().inherit(client, client), listener.accept());
                }
            }
        };

        abstract Pair open() throws Exception;
    }

    /** Two connected channels. */
    record Pair(HostChannel near, HostChannel far) implements AutoCloseable {
        @Override
        public void close() {
            near.close();
            far.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesArriveInBothDirections(Kind kind) throws Exception {
        try (Pair pair = kind.open()) {
            assertEquals(0, pair.far().readNow(buffer));
            assertFalse(pair.far().awaitReadable(0));
            pair.near().write(text("hello "), text("world"));
            assertTrue(pair.far().awaitReadable(-1));
            assertEquals("hello world", read(pair.far(), 11));
            pair.far().write(text("back"));
            assertEquals(4, pair.near().read(buffer));
            pair.near().write(MemorySegment.NULL, MemorySegment.NULL);
            assertEquals(0, pair.far().readNow(buffer));
        }
    }

    /** The end may be told while somebody reads, who then works without having seen it. */
    @ParameterizedTest
    @EnumSource
    void aWatchThatIsArmedAgainTellsOfAShutdownAgain(Kind kind) throws Exception {
        try (Pair pair = kind.open();
                ReadWatch watch = pair.near().openWatch().orElseThrow()) {
            pair.near().shutdown();
            assertTimeoutPreemptively(
                    LIMIT,
                    () -> {
                        for (int i = 0; i < 3; i++) {
                            watch.arm();
                            watch.await();
                        }
                    });
            assertEquals(HostChannel.END, pair.near().readNow(buffer));
        }
    }

    @ParameterizedTest
    @EnumSource
    void largePiecesArriveWhole(Kind kind) throws Exception {
        byte[] first = new byte[3_000_001];
        byte[] second = new byte[5_000_003];
        new Random(1).nextBytes(first);
        new Random(2).nextBytes(second);
        try (Pair pair = kind.open();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> writer =
                    threads.submit(
                            () -> {
                                pair.near().write(segment(first), segment(second));
                                return null;
                            });
            byte[] all = readBytes(pair.far(), first.length + second.length);
            writer.get();
            assertArrayEquals(first, Arrays.copyOf(all, first.length));
            assertArrayEquals(second, Arrays.copyOfRange(all, first.length, all.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatClosesIsTheEndAndThenAnErrorNotASignal(Kind kind) throws Exception {
        Pair pair = kind.open();
        pair.near().close();
        assertEquals(HostChannel.END, pair.far().read(buffer));
        assertEquals(HostChannel.END, pair.far().readNow(buffer));
        HostCallException failure =
                assertThrows(
                        HostCallException.class,
                        () -> {
                            for (int i = 0; i < 3; i++) {
                                pair.far().write(text("anybody there?"));
                            }
                        });
        assertTrue(
                failure.getMessage().matches("write\\(.*\\): E(PIPE|CONNRESET), .*"),
                failure::getMessage);
        pair.far().close();
        pair.far().close();
    }

    /** A descriptor for a path alone ({@code O_PATH}) can be neither read nor written. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void descriptorsThatCannotServeAreClosed(boolean isFirst) throws Exception {
        List<String> before = Descriptors.open();
        int[] ends = Descriptors.pipe();
        int path = Descriptors.path("/");
        assertThrows(
                HostCallException.class,
                () -> HOST.channels().inherit(isFirst ? path : ends[0], isFirst ? ends[1] : path));
        Descriptors.close(isFirst ? ends[0] : ends[1]);
        assertEquals(before, Descriptors.open());
    }

    @Test
    void theFirstDescriptorIsClosedIfTheSecondIsNotOpen() throws Exception {
        List<String> before = Descriptors.open();
        int[] ends = Descriptors.pipe();
        Descriptors.close(ends[1]);
        assertThrows(HostCallException.class, () -> HOST.channels().inherit(ends[0], ends[1]));
        assertEquals(before, Descriptors.open());
    }

    @ParameterizedTest
    @EnumSource
    void shutdownWakesAReader(Kind kind) throws Exception {
        try (Pair pair = kind.open();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Long> reader = threads.submit(() -> pair.far().read(buffer));
            Thread.sleep(50);
            pair.far().shutdown();
            assertEquals(HostChannel.END, assertTimeoutPreemptively(LIMIT, () -> reader.get()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownWakesAWriter(Kind kind) throws Exception {
        try (Pair pair = kind.open();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            MemorySegment large = arena.allocate(64 << 20);
            Future<Throwable> writer =
                    threads.submit(
                            () ->
                                    assertThrows(
                                            HostCallException.class,
                                            () -> pair.near().write(large)));
            Thread.sleep(50);
            pair.near().shutdown();
            String message = assertTimeoutPreemptively(LIMIT, () -> writer.get()).getMessage();
            assertTrue(message.contains("EPIPE"), message);
        }
    }

    @ParameterizedTest
    @EnumSource
    void descriptorsAreClosedOnExec(Kind kind) throws Exception {
        try (Pair pair = kind.open()) {
            assertTrue(Descriptors.isClosedOnExec(pair.near().descriptor()));
            assertTrue(Descriptors.isClosedOnExec(pair.far().descriptor()));
        }
    }

    private MemorySegment text(String text) {
        return segment(text.getBytes(UTF_8));
    }

    private MemorySegment segment(byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    private String read(HostChannel channel, int size) throws HostCallException {
        return new String(readBytes(channel, size), UTF_8);
    }

    private byte[] readBytes(HostChannel channel, int size) throws HostCallException {
        byte[] bytes = new byte[size];
        int done = 0;
        while (done < size) {
            int count = (int) channel.read(buffer.asSlice(0, Math.min(1 << 16, size - done)));
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, done, count);
            done += count;
        }
        return bytes;
    }
}
