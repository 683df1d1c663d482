package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A limit for what a keeper that a user has started has to do at the end of its session. The user
 * may have stopped it, so that it answers nothing; it is killed then, because nothing of the
 * session is left. One thread uses it.
 */
final class KeeperLimit {
    private static final long LIMIT_SECONDS = 5;
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS);

    private final NativeGuest keeper;
    private Future<?> kill = CompletableFuture.completedFuture(null);

    KeeperLimit(NativeGuest keeper) {
        this.keeper = keeper;
    }

    /** Kills the keeper when the time is over. */
    void begin() {
        kill.cancel(false);
        kill =
                CompletableFuture.runAsync(
                        () -> keeper.kill(new GuestEnd.Lost("it does not answer")), LATER);
    }

    /** It has done everything in time, or has ended. */
    void end() {
        kill.cancel(false);
    }
}
