package dev.orcinus.daemon.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests wait for sessions, are replaced, and end with the daemon. */
@Timeout(60)
final class GuestPoolTest {
    private static final int WARM = 2;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<StandInGuest> guests = new CopyOnWriteArrayList<>();
    private final List<ReadyGuest> started = new CopyOnWriteArrayList<>();
    private final GuestPool pool = pool(Duration.ofHours(1));
    private volatile boolean fails;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private GuestPool pool(Duration refillAfter) {
        return new GuestPool(this::start, WARM, refillAfter, log::add);
    }

    private ReadyGuest start() throws HostCallException {
        if (fails) {
            throw new HostCallException("fork", 11, "no more processes");
        }
        begun.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            // the pool is closed while a guest starts
        }
        StandInGuest guest = new StandInGuest();
        ReadyGuest ready = guest.ready(log);
        guests.add(guest);
        started.add(ready);
        return ready;
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }

    private static void fill(GuestPool pool) throws InterruptedException {
        pool.startFilling();
        await(() -> pool.waiting() == WARM);
    }

    @Test
    void aGuestIsStartedIfNoneWaits() throws Exception {
        ReadyGuest taken = pool.take();
        assertSame(started.getFirst(), taken);
    }

    @Test
    void theOneThatHasWaitedTheLongestIsTakenAndReplaced() throws Exception {
        try (GuestPool quick = pool(Duration.ofMillis(1))) {
            fill(quick);
            ReadyGuest taken = quick.take();
            assertSame(started.getFirst(), taken);
            await(() -> quick.waiting() == WARM);
            assertEquals(0, guests.getFirst().closed(), "it goes on");
            assertSame(started.get(1), quick.take());
        }
    }

    /** A session is busiest at its start. */
    @Test
    void aGuestIsNotReplacedAtOnce() throws Exception {
        fill(pool);
        pool.take();
        assertEquals(WARM - 1, pool.waiting());
        pool.take();
        assertEquals(WARM - 2, pool.waiting());
        assertEquals(WARM, started.size());
    }

    @Test
    void aGuestThatHasDiedMeanwhileIsPassedOver() throws Exception {
        fill(pool);
        guests.getFirst().die();
        assertSame(started.get(1), pool.take());
        assertEquals(1, guests.getFirst().closed());
    }

    @Test
    void thoseThatWaitEndWithThePoolAndNoMoreAreTaken() throws Exception {
        fill(pool);
        ReadyGuest taken = pool.take();
        pool.close();
        assertEquals(0, guests.get(started.indexOf(taken)).closed());
        assertEquals(1, guests.get(1).closed());
        IOException refusal = assertThrows(IOException.class, pool::take);
        assertEquals("the daemon is ending", refusal.getMessage());
    }

    @Test
    void aGuestThatStartsWhileThePoolClosesIsEnded() throws Exception {
        gate = new CountDownLatch(1);
        pool.startFilling();
        begun.await();
        pool.close();
        await(() -> guests.size() == 1 && guests.getFirst().closed() == 1);
    }

    @Test
    void aFailureIsToldAndTheNextTakeTriesAgain() throws Exception {
        fails = true;
        try (GuestPool quick = pool(Duration.ofMillis(1))) {
            quick.startFilling();
            await(() -> !log.isEmpty());
            assertEquals(
                    List.of("no guest can be started: fork: no more processes (errno 11)"), log);
            assertThrows(HostCallException.class, quick::take);
            fails = false;
            assertTrue(started.contains(quick.take()));
            await(() -> quick.waiting() == WARM);
        }
    }
}
