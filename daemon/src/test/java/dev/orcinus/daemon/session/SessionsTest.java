package dev.orcinus.daemon.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.fakes.FakeChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests in which order a session leaves its place, tells its end, and lets the daemon end. */
@Timeout(60)
final class SessionsTest {
    private static final long LONG_MILLIS = 50_000;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch isTelling = new CountDownLatch(1);
    private final CountDownLatch mayTell = new CountDownLatch(1);
    private final StandInGuest guest = new StandInGuest();
    private final GuestPool guests = new GuestPool(() -> guest.ready(log), 0, log::add);
    private final Sessions sessions =
            new Sessions(SessionOptions.DEFAULT, SessionPolicy.NONE, guests, null, this::tell);

    private void tell(String line) {
        if (line.contains("has ended")) {
            isTelling.countDown();
            try {
                mayTell.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        log.add(line);
    }

    @Test
    void theDaemonEndsAfterTheLastLineOfItsSessions() throws Exception {
        sessions.begin(new FakeChannel());
        isTelling.await();
        assertEquals(0, sessions.running(), "its place is free, although the log takes its time");
        Thread daemon = new Thread(this::end);
        daemon.start();
        while (daemon.isAlive() && daemon.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        mayTell.countDown();
        daemon.join();
        String end = "session 1 (pid 4711, fake) has ended: the controller left";
        assertEquals(List.of(end, "ended"), log.subList(log.size() - 2, log.size()));
        assertTrue(log.getFirst().endsWith("begins"), log::toString);
    }

    private void end() {
        try {
            sessions.end(LONG_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.add("ended");
    }
}
