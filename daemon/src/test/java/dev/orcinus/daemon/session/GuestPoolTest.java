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
import java.util.concurrent.atomic.AtomicReference;
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
    private final List<Boolean> daemonThreads = new CopyOnWriteArrayList<>();
    private final List<Integer> waitingAtStart = new CopyOnWriteArrayList<>();
    private volatile boolean fails;
    private volatile boolean failsToPrepare;
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
        daemonThreads.add(Thread.currentThread().isDaemon());
        StandInGuest guest = new StandInGuest();
        if (failsToPrepare) {
            guest.failToPrepare();
        }
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

    /** A thousand sessions that begin at once do not each make a thread that they may never use. */
    @Test
    void onlyGuestsThatWaitArePreparedForACall() throws Exception {
        pool.take();
        assertEquals(0, guests.getFirst().prepared());
        fill(pool);
        assertEquals(List.of(1, 1), guests.stream().skip(1).map(StandInGuest::prepared).toList());
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

    @Test
    void aGuestThatCannotBePreparedIsEnded() throws Exception {
        failsToPrepare = true;
        pool.startFilling();
        await(() -> !log.isEmpty());
        assertEquals(List.of("no guest can be started: no thread: no memory (errno 12)"), log);
        assertEquals(1, guests.getFirst().closed());
        assertEquals(0, pool.waiting());
    }

    @Test
    void allThatHaveDiedMeanwhileArePassedOver() throws Exception {
        fill(pool);
        guests.forEach(StandInGuest::die);
        ReadyGuest taken = pool.take();
        assertEquals(WARM + 1, started.size());
        assertSame(started.getLast(), taken);
        assertEquals(List.of(1, 1, 0), guests.stream().map(StandInGuest::closed).toList());
        assertEquals(0, pool.waiting());
    }

    @Test
    void itsThreadKeepsNoDaemonFromEnding() throws Exception {
        fill(pool);
        assertEquals(List.of(true, true), daemonThreads);
    }

    @Test
    void noneIsStartedWhileEnoughWait() throws Exception {
        AtomicReference<GuestPool> filled = new AtomicReference<>();
        GuestPool.Starter counting =
                () -> {
                    waitingAtStart.add(filled.get().waiting());
                    return start();
                };
        try (GuestPool quick = new GuestPool(counting, WARM, Duration.ofMillis(1), log::add)) {
            filled.set(quick);
            for (int i = 1; i <= 3; i++) {
                fill(quick);
                quick.take();
            }
            await(() -> quick.waiting() == WARM);
        }
        assertEquals(List.of(0, 1, 1, 1, 1), waitingAtStart);
    }

    @Test
    void aPoolMayCloseTwice() throws Exception {
        fill(pool);
        pool.close();
        pool.close();
        assertEquals(List.of(1, 1), guests.stream().map(StandInGuest::closed).toList());
        assertEquals(0, pool.waiting());
    }
}
