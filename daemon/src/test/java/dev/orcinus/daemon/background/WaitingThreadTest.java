package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.spi.host.HostChannel;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WaitingThreadTest {
    private final BlockingQueue<Map.Entry<Thread, HostChannel>> served =
            new LinkedBlockingQueue<>();

    /** Threads of other tests may be about to end. */
    private final String name = "launch " + System.nanoTime();

    private final WaitingThread waiting =
            new WaitingThread(
                    name, connection -> served.add(Map.entry(Thread.currentThread(), connection)));

    @Test
    void eachConnectionHasANewThread() throws Exception {
        HostChannel first = new FakeChannel();
        HostChannel second = new FakeChannel();
        waiting.serve(first);
        Map.Entry<Thread, HostChannel> one = served.take();
        waiting.serve(second);
        Map.Entry<Thread, HostChannel> other = served.take();
        waiting.close();
        assertEquals(first, one.getValue());
        assertEquals(second, other.getValue());
        assertNotEquals(one.getKey(), other.getKey());
        assertEquals(name, other.getKey().getName());
        one.getKey().join();
        other.getKey().join();
    }

    /** Who connects need not wait for the start. */
    @Test
    void aThreadWaitsForTheNextConnection() throws Exception {
        waiting.serve(new FakeChannel());
        Thread first = served.take().getKey();
        Thread next = null;
        while (next == null) {
            next = named().filter(thread -> thread != first).findFirst().orElse(null);
        }
        waiting.serve(new FakeChannel());
        assertEquals(next, served.take().getKey());
        waiting.close();
    }

    private Stream<Thread> named() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name));
    }

    @Test
    void noThreadIsLeft() throws Exception {
        waiting.serve(new FakeChannel());
        Thread thread = served.take().getKey();
        waiting.close();
        waiting.close();
        thread.join();
        while (named().findAny().isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatComesAfterTheEndIsServed() throws Exception {
        waiting.close();
        HostChannel late = new FakeChannel();
        waiting.serve(late);
        assertEquals(late, served.take().getValue());
    }
}
