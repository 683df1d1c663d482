package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections are accepted until the listener is closed, whatever fails meanwhile. */
@Timeout(60)
final class AcceptLoopTest {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final List<HostChannel> begun = new CopyOnWriteArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** What a listener does when it is asked for the next connection. */
    @FunctionalInterface
    private interface Accept {
        HostChannel accept() throws HostCallException;
    }

    /** Returns a listener that does these things one after the other, and then is closed. */
    private static Listener listener(Accept... accepts) {
        Deque<Accept> next = new ArrayDeque<>(List.of(accepts));
        return (Listener)
                Proxy.newProxyInstance(
                        AcceptLoopTest.class.getClassLoader(),
                        new Class<?>[] {Listener.class},
                        (_, method, _) -> {
                            assertEquals("accept", method.getName());
                            return next.isEmpty() ? null : next.poll().accept();
                        });
    }

    private static HostChannel lackOfDescriptors() throws HostCallException {
        throw new HostCallException("accept", 24, "too many open files");
    }

    @Test
    void eachConnectionIsBegunUntilTheListenerIsClosed() {
        HostChannel first = new FakeChannel();
        HostChannel second = new FakeChannel();
        new AcceptLoop(listener(() -> first, () -> second), begun::add, log::add).run();
        assertEquals(List.of(first, second), begun);
        assertEquals(List.of(), log);
    }

    /** The end of a session frees descriptors. */
    @Test
    void aFailureIsToldAndTheNextOneIsAcceptedAMomentLater() {
        HostChannel later = new FakeChannel();
        long begin = System.nanoTime();
        new AcceptLoop(
                        listener(
                                AcceptLoopTest::lackOfDescriptors,
                                () -> {
                                    throw new OutOfMemoryError("no thread");
                                },
                                () -> later),
                        begun::add,
                        log::add)
                .run();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(took.compareTo(PAUSE.multipliedBy(2)) >= 0, took::toString);
        assertEquals(List.of(later), begun);
        assertEquals(
                List.of(
                        "accepting: accept: too many open files (errno 24)",
                        "accepting: no thread"),
                log);
    }

    @Test
    void aThreadThatIsInterruptedAcceptsNoMore() {
        Thread.currentThread().interrupt();
        new AcceptLoop(
                        listener(AcceptLoopTest::lackOfDescriptors, FakeChannel::new),
                        begun::add,
                        log::add)
                .run();
        assertFalse(Thread.interrupted());
        assertEquals(List.of(), begun);
        assertEquals(1, log.size());
    }
}
