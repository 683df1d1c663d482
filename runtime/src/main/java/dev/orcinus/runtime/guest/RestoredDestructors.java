package dev.orcinus.runtime.guest;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The destructors of thread-locals that a guest process has again when it has returned to a state
 * in which its first thread had not run them. They run when the next first thread ends; those that
 * have run since, or have ended the guest, would do that again, so the guest forgets them. The lock
 * of {@link Checkpoints} guards what it does to the guest; any thread may note gone code, and ask
 * whether there are destructors, without it.
 */
final class RestoredDestructors {
    private static final long FORGET_SECONDS = 3;
    private static final int MOST_GONE = 16;

    private final IsolatedGuest guest;
    private final LatestCheckpoint latest;

    /** Where threads have gone on that is no code, for as long as the guest has not returned. */
    private final Set<ExecutorAddress> goneCode = ConcurrentHashMap.newKeySet();

    /** Returns the pages of code in which destructors may be. */
    private Supplier<List<AddressRange>> code = List::of;

    private volatile boolean areThere;

    /** How many states had been noted when they ran, if the last state has them still; else -1. */
    private long hadRunAt = -1;

    /**
     * None so far.
     *
     * @param latest the state that the guest has when it has returned, and returns to if it ends
     *     while it forgets
     */
    RestoredDestructors(IsolatedGuest guest, LatestCheckpoint latest) {
        this.guest = guest;
        this.latest = latest;
    }

    /** Sets who knows the code in which destructors may be, before the guest runs any. */
    void setCode(Supplier<List<AddressRange>> pages) {
        code = pages;
    }

    /** Returns whether the guest has returned since its first thread has run its destructors. */
    boolean areThere() {
        return areThere;
    }

    /** Notes that the guest has returned. */
    void restored() {
        areThere = true;
    }

    /** Notes that the first thread has run them. */
    void haveRun() {
        areThere = false;
        hadRunAt = latest.isCurrent() ? -1 : latest.taken();
    }

    /** Returns whether those that the last state has have run after it. */
    boolean haveRunSinceState() {
        return hadRunAt == latest.taken();
    }

    /** Notes that a thread has gone on where no code is, as that of a destructor may be. */
    void noteGone(ExecutorAddress pc) {
        goneCode.add(pc);
    }

    /** Notes that nothing more has to be known of the code that has gone before. */
    void clearGone() {
        goneCode.clear();
    }

    /**
     * Makes the guest forget them. If that fails, as when one of a library ends the guest, they
     * stay. One in code that has gone tells where it is by its crash.
     *
     * @param end how the guest has ended, which it does again if it has to be ended
     */
    void forget(GuestEnd end) throws HostCallException {
        int known = -1;
        while (areThere && known < goneCode.size() && goneCode.size() < MOST_GONE) {
            known = goneCode.size();
            latest.note();
            if (!latest.isThere()) {
                return;
            }
            if (haveBeenForgotten(end)) {
                areThere = false;
            } else {
                guest.kill(end);
                latest.restore();
            }
        }
    }

    /** Ends the guest if a destructor of a library takes too long, for which all work waits. */
    private boolean haveBeenForgotten(GuestEnd end) {
        CompletableFuture<Void> killer =
                CompletableFuture.runAsync(
                        () -> guest.kill(end),
                        CompletableFuture.delayedExecutor(FORGET_SECONDS, TimeUnit.SECONDS));
        try {
            guest.forgetDestructors(allCode());
            return guest.end().isEmpty();
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            return false; // code may be in pieces
        } finally {
            var _ = killer.cancel(false);
        }
    }

    /** Returns the pages of code in which destructors may be, or have been. */
    private List<AddressRange> allCode() {
        Set<AddressRange> all = new LinkedHashSet<>(code.get());
        for (ExecutorAddress gone : goneCode) {
            long pageBytes = guest.memory().pageSizeBytes();
            all.add(AddressRange.of(gone.alignDown(pageBytes), pageBytes));
        }
        return List.copyOf(all);
    }
}
