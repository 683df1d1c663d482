package dev.orcinus.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ControlServerTest {
    private static final String BUG = "bug";
    private static final String WAIT = "wait";

    /** Longer than a test may take: what has to come is waited for, however busy the machine is. */
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir private Path folder;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private Path socket;
    private ControlServer server;

    @BeforeEach
    void start() throws IOException {
        socket = folder.resolve("control");
        server = new ControlServer(socket, this::answer, log::add, LONG);
    }

    @AfterEach
    void end() throws IOException {
        released.countDown();
        server.close();
    }

    private String answer(String request) {
        switch (request) {
            case BUG -> throw new IllegalStateException("a bug");
            case WAIT -> await();
            default -> {}
        }
        return "<" + request + ">";
    }

    private void await() {
        try {
            asked.countDown();
            released.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void send(byte... bytes) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(bytes));
        }
    }

    private void assertAnswers() throws IOException {
        assertEquals("<status>", ControlServer.ask(socket, "status"));
    }

    @Test
    void aMalformedRequestEndsItsOwnClientOnly() throws IOException {
        send();
        send((byte) '\n');
        send("no end of the line".getBytes(StandardCharsets.US_ASCII));
        send((byte) 0xff, (byte) 0xfe, (byte) 0, (byte) '\n');
        assertAnswers();
        Random random = new Random(13);
        byte[] bytes = new byte[1000];
        for (int i = 0; i < 200; i++) {
            random.nextBytes(bytes);
            send(bytes);
        }
        assertAnswers();
    }

    @Test
    void aRequestThatIsTooLongIsCut() throws IOException {
        assertEquals("<" + "x".repeat(100) + ">", ControlServer.ask(socket, "x".repeat(100)));
    }

    @Test
    void aFailureIsLoggedAndTheNextRequestIsServed() throws IOException {
        assertEquals("", ControlServer.ask(socket, BUG));
        assertEquals(List.of("control socket: a bug"), log);
        assertAnswers();
    }

    private static <T> Future<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private Future<Boolean> closing() {
        return inBackground(
                () -> {
                    server.close();
                    return true;
                });
    }

    @Test
    void theEndWaitsForTheAnswerToTheRequestThatAskedForIt() throws Exception {
        Future<String> answer = inBackground(() -> ControlServer.ask(socket, WAIT));
        asked.await();
        Future<Boolean> closing = closing();
        assertThrows(TimeoutException.class, () -> closing.get(300, TimeUnit.MILLISECONDS));
        released.countDown();
        assertEquals("<wait>", answer.get());
        assertTrue(closing.get());
    }

    @Test
    void theEndDoesNotWaitForAClientThatSaysNothing() throws Exception {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            assertAnswers(); // so the one before has been accepted
            assertTrue(closing().get());
        }
    }

    @Test
    void itMayBeClosedAgain() throws Exception {
        assertTrue(closing().get());
        assertTrue(closing().get());
    }

    @Test
    void aRequestThatIsNotAnsweredHoldsNobodyUp() throws IOException {
        String reason =
                assertThrows(
                                SocketTimeoutException.class,
                                () -> ControlServer.ask(socket, WAIT, Duration.ofSeconds(1)))
                        .getMessage();
        assertEquals("no answer for 1 s", reason);
        assertAnswers();
        assertTrue(log.isEmpty(), log::toString);
    }
}
