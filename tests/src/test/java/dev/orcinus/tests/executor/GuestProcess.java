package dev.orcinus.tests.executor;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** Finds the guest process of an executor. */
public final class GuestProcess {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    private GuestProcess() {}

    /**
     * Waits until an executor has a guest, and returns the guest's process id: that of the oldest
     * child of the keeper, since younger ones are checkpoints.
     */
    public static long of(long executor) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<ProcessHandle> guest =
                    ProcessHandle.of(executor).stream()
                            .flatMap(ProcessHandle::children)
                            .flatMap(ProcessHandle::children)
                            .min(Comparator.comparing(GuestProcess::start));
            if (guest.isPresent()) {
                return guest.get().pid();
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new AssertionError("the executor " + executor + " has no guest");
    }

    /** Its process id does not tell: the kernel begins with small ones again. */
    private static Instant start(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.MAX);
    }
}
