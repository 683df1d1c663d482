package dev.orcinus.daemon.session;

import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import dev.orcinus.platform.spi.guest.GuestUsage;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Ends the sessions that take more than their policy allows. The system limits each process; this
 * adds up what all processes of a session take, and looks at the time. It looks ten times a second,
 * or as often as takes a twentieth of a processor. It has a thread of its own, and no other one
 * uses it.
 */
final class SessionWatch {
    private static final long PAUSE_MILLIS = 100;
    private static final long RECOUNT_MILLIS = 10;
    private static final int PAUSE_FACTOR = 20;

    private final SessionPolicy policy;
    private final Supplier<Collection<ServedSession>> sessions;
    private final Consumer<String> log;

    /**
     * Watches nothing yet.
     *
     * @param sessions returns the sessions that are being served
     * @param log takes a line if something goes wrong
     */
    SessionWatch(
            SessionPolicy policy,
            Supplier<Collection<ServedSession>> sessions,
            Consumer<String> log) {
        this.policy = policy;
        this.log = log;
        this.sessions = sessions;
    }

    /** Watches until the thread is interrupted. */
    void run() {
        try {
            while (true) {
                long before = System.nanoTime();
                for (ServedSession session : sessions.get()) {
                    lookAndGoOn(session);
                }
                long tookMillis = (System.nanoTime() - before) / 1_000_000;
                Thread.sleep(Math.max(PAUSE_MILLIS, PAUSE_FACTOR * tookMillis));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An error with one session keeps nobody from looking at the others. */
    private void lookAndGoOn(ServedSession session) throws InterruptedException {
        try {
            look(session);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.accept(session + ": what it takes is not known: " + e);
        }
    }

    private void look(ServedSession session) throws InterruptedException {
        if (session.isEnding()) {
            session.endAtLast();
            return;
        }
        GuestQuota quota = policy.guest().quota();
        GuestUsage usage = session.usage(quota.memoryBytes());
        if (usage.processes() > quota.processes()) {
            Thread.sleep(RECOUNT_MILLIS); // a copy of the guest may have been taken for another one
            usage = session.usage(quota.memoryBytes());
        }
        excess(session.age(), usage)
                .ifPresent(reason -> session.end("its policy allows " + reason));
    }

    /** Returns which limit is exceeded, as the end of a sentence. */
    private Optional<String> excess(Duration age, GuestUsage usage) {
        GuestQuota quota = policy.guest().quota();
        if (!policy.time().isZero() && age.compareTo(policy.time()) > 0) {
            return Optional.of("it " + SessionPolicy.seconds(policy.time()));
        }
        if (usage.processes() > quota.processes()) {
            return Optional.of(quota.processes() + " processes, and it has " + usage.processes());
        }
        if (usage.cpuMillis() / 1000 >= quota.cpuSeconds()) {
            return Optional.of(quota.cpuSeconds() + " s of processor time, which it has used");
        }
        if (usage.memoryBytes() > quota.memoryBytes()) {
            return Optional.of(
                    SessionPolicy.size(quota.memoryBytes())
                            + " of memory, and its processes have "
                            + usage.memoryBytes() / 1024
                            + " KiB");
        }
        return Optional.empty();
    }
}
