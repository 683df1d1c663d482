package dev.orcinus.daemon.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestUsage;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.runtime.guest.CheckpointOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session says of itself, and what ends it. */
@Timeout(60)
final class ServedSessionTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final StandInGuest guest = new StandInGuest();
    private final FakeChannel line = new FakeChannel();
    private final AtomicInteger closed = new AtomicInteger();

    private ServedSession session() throws Exception {
        return new ServedSession(3, channel(), guest.ready(log));
    }

    /** Returns the line, as a channel of which it is known whether it has been closed. */
    private HostChannel channel() {
        return (HostChannel)
                Proxy.newProxyInstance(
                        ServedSessionTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("close")) {
                                closed.incrementAndGet();
                            }
                            return method.invoke(line, arguments);
                        });
    }

    @Test
    void itTellsItsNumberItsPeerAndItsGuest() throws Exception {
        ServedSession session = session();
        assertEquals(3, session.number());
        assertEquals("fake", session.peer());
        assertEquals(4711, session.pid());
        assertEquals("session 3 (pid 4711, fake)", session.toString());
        assertEquals(Optional.empty(), session.state());
        GuestUsage usage = new GuestUsage(2, 3, 4);
        guest.takes(() -> usage);
        assertEquals(usage, session.usage(0));
    }

    @Test
    void itsAgeIsTheTimeSinceItsBegin() throws Exception {
        long before = System.nanoTime();
        ServedSession session = session();
        Thread.sleep(20);
        Duration age = session.age();
        assertTrue(age.compareTo(Duration.ofMillis(20)) >= 0, age::toString);
        assertTrue(age.toNanos() <= System.nanoTime() - before, age::toString);
    }

    @Test
    void whenItsControllerLeavesItsGuestEnds() throws Exception {
        SessionEnd end = session().serve(SessionOptions.DEFAULT);
        assertEquals(Optional.empty(), end.guestEnd());
        assertEquals(1, guest.closed());
        assertTrue(closed.get() > 0);
        assertEquals(List.of(), guest.kills());
    }

    @Test
    void itIsEndedWithAReason() throws Exception {
        ServedSession session = session();
        assertFalse(session.isEnding());
        assertEquals(Optional.empty(), session.reason());
        session.end("it has had enough");
        assertTrue(session.isEnding());
        assertEquals(Optional.of("it has had enough"), session.reason());
        assertEquals(List.of("shutdown"), line.events());
        assertEquals(List.of(new GuestEnd.Lost("it has had enough")), guest.kills());
        session.endAtLast();
        assertEquals(1, guest.kills().size(), "it has some time");
    }

    @Test
    void itsGuestEndsWithTheDaemon() throws Exception {
        session().kill();
        assertEquals(List.of(new GuestEnd.Lost("the daemon has ended")), guest.kills());
    }

    /** There is no call before the controller has asked for one. */
    @Test
    void nothingIsInterruptedIfNoCallRuns() throws Exception {
        assertFalse(session().interrupt());
        assertEquals(List.of(), guest.kills());
    }

    @Test
    void theLogOfItsGuestNamesIt() throws Exception {
        ReadyGuest ready = guest.ready(log);
        ready.log().accept("it is ready");
        var _ = new ServedSession(3, channel(), ready);
        ready.log().accept("it is taken");
        assertEquals(List.of("it is ready", "session 3: it is taken"), log);
    }

    @Test
    void aLineOfWhichNoSessionCanBeMadeIsClosed() throws Exception {
        ServedSession session = new ServedSession(3, brokenChannel(), guest.ready(log));
        assertThrows(IllegalStateException.class, () -> session.serve(SessionOptions.DEFAULT));
        assertEquals(1, closed.get());
        assertEquals(1, guest.closed());
    }

    /** Returns a channel that does not even say what it is. */
    private HostChannel brokenChannel() {
        return (HostChannel)
                Proxy.newProxyInstance(
                        ServedSessionTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (_, method, _) ->
                                switch (method.getName()) {
                                    case "describe" -> "broken";
                                    case "close" -> closed.incrementAndGet();
                                    default -> throw new IllegalStateException("broken");
                                });
    }

    /** A session with a controller at the other end of a line, while its thread serves it. */
    private final class Running implements AutoCloseable {
        private final HostChannel controller;
        private final ServedSession session;
        private final CompletableFuture<SessionEnd> end = new CompletableFuture<>();

        Running() throws Exception {
            HostChannels channels = HostProvider.current().channels();
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (Listener listener = channels.listen(new InetSocketAddress(loopback, 0))) {
                controller = channels.connect(listener.address());
                session = new ServedSession(4, listener.accept(), guest.ready(log));
            }
            SessionOptions options =
                    SessionOptions.DEFAULT.withCheckpoints(
                            new CheckpointOptions(false, Duration.ZERO));
            Thread.ofPlatform().daemon().start(() -> end.complete(session.serve(options)));
            assertEquals(Opcode.SETUP, receive().opcode());
        }

        /** Receives a frame, of which only the header matters. */
        private FrameHeader receive() throws Exception {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment header = arena.allocate(FrameHeader.SIZE_BYTES);
                fill(header);
                FrameHeader read = FrameHeader.read(header, 0);
                fill(arena.allocate(read.payloadBytes()));
                return read;
            }
        }

        private void fill(MemorySegment target) throws Exception {
            for (long done = 0; done < target.byteSize(); ) {
                long count = controller.read(target.asSlice(done));
                assertNotEquals(HostChannel.END, count);
                done += count;
            }
        }

        @Override
        public void close() {
            controller.close();
            end.join();
        }
    }

    @Test
    void whoIsHungUpOnIsToldFirst() throws Exception {
        try (Running running = new Running()) {
            running.session.shutdown();
            assertEquals(Opcode.HANGUP, running.receive().opcode());
            assertEquals(Optional.empty(), running.end.join().failure());
            assertEquals(List.of(), guest.kills());
        }
    }

    /** The guest returns to an earlier state, so the session goes on. */
    @Test
    void aCallThatRunsIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExportedFunction function =
                ExportedFunction.of(
                        (_, _, _, _) -> {
                            begun.countDown();
                            release.await();
                            return 0;
                        });
        GuestCall call =
                GuestCall.of(
                        HostProvider.current()
                                .guestInThisProcess()
                                .export(List.of(function))
                                .getFirst());
        try (Running running = new Running()) {
            assertFalse(running.session.interrupt());
            Session state = running.session.state().orElseThrow();
            FutureTask<?> caller = new FutureTask<>(() -> state.guest().calls().call(call));
            Thread.ofPlatform().daemon().start(caller);
            begun.await();
            assertTrue(running.session.interrupt());
            release.countDown();
            caller.get();
            assertFalse(running.session.interrupt(), "it has ended");
            assertFalse(running.end.isDone());
        }
        assertEquals(List.of(new GuestEnd.Lost("the user has interrupted it")), guest.kills());
    }
}
