package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests when a daemon gives its memory back. The settings of this JVM stay as they are. */
@Timeout(60)
final class TidyingTest {
    private static final Tidying.Times SHORT =
            new Tidying.Times(Duration.ofMillis(200), Duration.ofMillis(300));
    private static final int OBJECT_BYTES = 1 << 20;
    private static final int MOST_OBJECTS = 48; // twice as many as fill it

    private final DaemonActivity activity = new DaemonActivity(Duration.ofHours(1), () -> true);
    private final AtomicInteger trims = new AtomicInteger();
    private final List<String> log = new ArrayList<>();
    private final DaemonHeap heap = new DaemonHeap(Optional.empty(), System::gc, log::add);
    private final Tidying tidying = tidying(heap);

    private Tidying tidying(DaemonHeap ofHeap) {
        return new Tidying(activity, ofHeap, trims::incrementAndGet, SHORT, log::add);
    }

    private Tidying tidying(GrowingHeap growing) {
        return tidying(new DaemonHeap(Optional.empty(), growing, System::gc, log::add));
    }

    private void serveOne() {
        assertTrue(activity.begin());
        activity.end(true);
    }

    @Test
    void itTidiesAMomentAfterTheBeginning() throws InterruptedException {
        Thread thread = Thread.ofPlatform().daemon().start(tidying);
        while (trims.get() == 0) {
            Thread.sleep(10);
        }
        thread.interrupt();
        thread.join();
        assertEquals(1, trims.get());
    }

    @Test
    void itTidiesWhenWorkHasEnded() throws InterruptedException {
        serveOne();
        assertEquals(1, tidying.afterWork(0));
        assertEquals(1, trims.get());
    }

    /** Nothing is linked then, whatever else makes objects. */
    @Test
    void itTidiesWhenNothingRunsThoughTheHeapIsUsed() throws InterruptedException {
        serveOne();
        try (GrowingHeap growing = new GrowingHeap()) {
            assertEquals(1, tidying(growing).afterWork(0));
        }
        assertEquals(1, trims.get());
    }

    /** Of two launches at once, one ends while the other one is linked for seconds. */
    @Test
    void theEndOfALinkIsWaitedForThoughOthersHaveEnded() throws InterruptedException {
        serveOne();
        assertTrue(activity.begin());
        GrowingHeap growing = new GrowingHeap();
        Tidying ofThat = tidying(growing);
        try (growing) {
            assertEquals(0, ofThat.afterWork(0));
            assertEquals(0, ofThat.afterWork(0));
            assertEquals(0, trims.get());
        }
        assertEquals(1, ofThat.afterWork(0), "it still runs, but nothing is linked");
        assertEquals(1, trims.get());
    }

    @Test
    void whatALongSessionLeavesIsCollectedWhenItWaits() throws InterruptedException {
        heap.tidy();
        assertTrue(activity.begin());
        List<byte[]> objects = new ArrayList<>();
        while (trims.get() == 0) { // the collector may be at work, and take what others have left
            fill(objects);
            assertEquals(0, tidying.afterWork(0));
        }
        assertTrue(objects.size() <= MOST_OBJECTS);
        assertEquals(0, tidying.afterWork(0));
        assertEquals(1, trims.get(), "it is not full");
    }

    private void fill(List<byte[]> objects) {
        while (!heap.isFull()) {
            objects.add(new byte[OBJECT_BYTES]);
        }
    }

    @Test
    void aFailureIsToldAndTheNextTimeItTriesAgain() {
        Runnable failing =
                () -> {
                    trims.incrementAndGet();
                    throw new IllegalStateException("no memory");
                };
        Tidying failed = new Tidying(activity, heap, failing, SHORT, log::add);
        failed.tidy();
        failed.tidy();
        assertEquals(2, trims.get());
        String told = "memory is not given back: java.lang.IllegalStateException: no memory";
        assertEquals(List.of(told, told), log);
    }
}
