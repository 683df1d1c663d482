package dev.orcinus.daemon.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import dev.orcinus.platform.spi.guest.GuestUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that takes more than its policy allows is ended, and one that takes as much is not. */
@Timeout(60)
final class SessionWatchTest {
    private static final long MIB = 1 << 20;
    private static final long NO = GuestQuota.UNLIMITED;
    private static final int LOOKS = 3;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final StandInGuest guest = new StandInGuest();

    private ServedSession session(StandInGuest of) throws Exception {
        return new ServedSession(1, new FakeChannel(), of.ready(log));
    }

    private static SessionPolicy policy(GuestQuota quota, Duration time) {
        return new SessionPolicy(
                "test", new GuestPolicy(Optional.empty(), false, quota, false), time);
    }

    private static SessionPolicy policy(GuestQuota quota) {
        return policy(quota, Duration.ZERO);
    }

    private void watch(SessionPolicy policy, List<ServedSession> sessions, BooleanSupplier until)
            throws InterruptedException {
        Thread watch = new Thread(new SessionWatch(policy, () -> sessions, log::add)::run);
        watch.start();
        while (!until.getAsBoolean()) {
            Thread.sleep(1);
        }
        watch.interrupt();
        watch.join();
    }

    /** Returns why a session is ended that takes this; empty if it is not. */
    private Optional<String> reason(SessionPolicy policy, GuestUsage usage) throws Exception {
        StandInGuest takes = new StandInGuest();
        takes.takes(() -> usage);
        ServedSession session = session(takes);
        watch(policy, List.of(session), () -> session.isEnding() || takes.looks() >= LOOKS);
        assertEquals(session.isEnding(), !takes.kills().isEmpty());
        return session.reason();
    }

    @Test
    void asManyProcessesAsAllowedMayRun() throws Exception {
        SessionPolicy two = policy(new GuestQuota(NO, 2, NO, NO, NO));
        assertEquals(Optional.empty(), reason(two, new GuestUsage(2, NO, NO)));
        assertEquals(
                Optional.of("its policy allows 2 processes, and it has 3"),
                reason(two, new GuestUsage(3, 0, 0)));
    }

    /** A copy of the guest is a process for a moment before it is known as a copy. */
    @Test
    void processesThatAreTooManyAreCountedAgain() throws Exception {
        AtomicInteger counts = new AtomicInteger();
        guest.takes(() -> new GuestUsage(counts.incrementAndGet() % 2 == 1 ? 3 : 2, 0, 0));
        ServedSession session = session(guest);
        SessionPolicy two = policy(new GuestQuota(NO, 2, NO, NO, NO));
        watch(two, List.of(session), () -> guest.looks() >= 2 * LOOKS);
        assertFalse(session.isEnding());
    }

    @Test
    void memoryIsAllowedUpToTheLimit() throws Exception {
        SessionPolicy some = policy(new GuestQuota(64 * MIB, NO, NO, NO, NO));
        assertEquals(Optional.empty(), reason(some, new GuestUsage(9, 64 * MIB, NO)));
        assertEquals(
                Optional.of("its policy allows 64 MiB of memory, and its processes have 65537 KiB"),
                reason(some, new GuestUsage(1, 64 * MIB + 1024, 0)));
    }

    @Test
    void processorTimeIsAllowedUntilItIsUsed() throws Exception {
        SessionPolicy two = policy(new GuestQuota(NO, NO, 2, NO, NO));
        assertEquals(Optional.empty(), reason(two, new GuestUsage(9, NO, 1999)));
        assertEquals(
                Optional.of("its policy allows 2 s of processor time, which it has used"),
                reason(two, new GuestUsage(1, 0, 2000)));
    }

    @Test
    void aSessionLastsAsLongAsAllowed() throws Exception {
        GuestUsage nothing = new GuestUsage(1, 0, 0);
        assertEquals(
                Optional.empty(), reason(policy(GuestQuota.NONE, Duration.ofHours(1)), nothing));
        assertEquals(
                Optional.of("its policy allows it 1 ms"),
                reason(policy(GuestQuota.NONE, Duration.ofMillis(1)), nothing));
    }

    /** Its guest may have gone back to an earlier state meanwhile. */
    @Test
    void aSessionThatGoesOnIsEndedAgain() throws Exception {
        ServedSession session = session(guest);
        long begin = System.nanoTime();
        SessionPolicy policy = policy(GuestQuota.NONE, Duration.ofMillis(1));
        watch(policy, List.of(session), () -> guest.kills().size() >= 2);
        assertTrue(System.nanoTime() - begin >= Duration.ofSeconds(2).toNanos(), "not at once");
        GuestEnd end = new GuestEnd.Lost("its policy allows it 1 ms");
        assertEquals(List.of(end, end), guest.kills().subList(0, 2));
    }

    @Test
    void anErrorWithOneSessionKeepsNobodyFromLookingAtOthers() throws Exception {
        guest.takes(
                () -> {
                    throw new IllegalStateException("no /proc");
                });
        StandInGuest other = new StandInGuest();
        ServedSession ended = session(other);
        other.takes(() -> new GuestUsage(1, 0, 5000));
        SessionPolicy policy = policy(new GuestQuota(NO, NO, 2, NO, NO));
        watch(policy, List.of(session(guest), ended), ended::isEnding);
        assertTrue(
                log.getFirst().contains("what it takes is not known")
                        && log.getFirst().contains("no /proc"),
                log::toString);
    }

    /** Notes when a session is looked at, and returns the nanoseconds between the looks. */
    private List<Long> pauses(SessionPolicy policy, Runnable look, int looks) throws Exception {
        List<Long> ends = new CopyOnWriteArrayList<>();
        List<Long> pauses = new CopyOnWriteArrayList<>();
        guest.takes(
                () -> {
                    long begin = System.nanoTime();
                    if (!ends.isEmpty()) {
                        pauses.add(begin - ends.getLast());
                    }
                    look.run();
                    ends.add(System.nanoTime());
                    return new GuestUsage(3, 0, 0);
                });
        ServedSession session = session(guest);
        watch(policy, List.of(session), () -> pauses.size() >= looks);
        return pauses;
    }

    private static void assertAtLeast(long millis, long nanos) {
        long rounding = 1;
        assertTrue(nanos >= (millis - rounding) * 1_000_000, () -> nanos + " ns");
    }

    private static void spin(Duration duration) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < duration.toNanos()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void itLooksTenTimesASecondAtMost() throws Exception {
        SessionPolicy all = policy(GuestQuota.NONE);
        pauses(all, () -> {}, LOOKS).forEach(pause -> assertAtLeast(100, pause));
    }

    @Test
    void processesThatAreNotTooManyAreCountedOnce() throws Exception {
        SessionPolicy three = policy(new GuestQuota(NO, 3, NO, NO, NO));
        pauses(three, () -> {}, LOOKS).forEach(pause -> assertAtLeast(100, pause));
    }

    @Test
    void aLookThatTakesLongIsRareSoThatItTakesATwentiethOfAProcessor() throws Exception {
        Runnable tenMillis = () -> spin(Duration.ofMillis(10));
        assertAtLeast(20 * 10, pauses(policy(GuestQuota.NONE), tenMillis, 1).getFirst());
    }

    @Test
    void processesThatAreTooManyAreCountedAgainAMomentLater() throws Exception {
        SessionPolicy two = policy(new GuestQuota(NO, 2, NO, NO, NO));
        assertAtLeast(10, pauses(two, () -> {}, 1).getFirst());
    }

    @Test
    void aThreadThatIsInterruptedStaysInterrupted() throws Exception {
        AtomicBoolean knowsIt = new AtomicBoolean();
        SessionWatch watch = new SessionWatch(policy(GuestQuota.NONE), List::of, log::add);
        Thread thread =
                new Thread(
                        () -> {
                            watch.run();
                            knowsIt.set(Thread.currentThread().isInterrupted());
                        });
        thread.start();
        thread.interrupt();
        thread.join();
        assertTrue(knowsIt.get());
    }
}
