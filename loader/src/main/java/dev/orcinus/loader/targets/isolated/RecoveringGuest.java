package dev.orcinus.loader.targets.isolated;

import dev.orcinus.loader.GuestCrashException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * A guest in another process that goes back to its last checkpoint after it has ended. A checkpoint
 * counts as long as nothing is loaded or removed: what this process knows of the loaded code must
 * be true of the checkpoint, too. If there is none, the guest is lost.
 *
 * <p>Many threads may use it. Its lock guards everything; a call looks at one volatile field first.
 */
public final class RecoveringGuest {
    private static final Duration PATIENCE = Duration.ofMillis(3);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(1);
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 500_000_000;

    private final List<Runnable> steps = new CopyOnWriteArrayList<>();
    private final IsolatedGuest guest;
    private final boolean takesCheckpoints;
    private final CrashNotes notes;
    private GuestCheckpoint checkpoint;
    private int working;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** How it has ended, if it is lost. */
    private GuestGoneException loss;

    /** Whether calls may go on without a look at the rest. */
    private volatile boolean isReady;

    /** Before that time, a checkpoint that could not be taken is not tried again. */
    private volatile long nextAttemptNanos = System.nanoTime();

    private volatile boolean isLost;

    /**
     * A guest without a checkpoint.
     *
     * @param notes knows of crashes
     * @param takesCheckpoints whether a checkpoint is taken before a call if something has been
     *     loaded since the last one
     */
    RecoveringGuest(IsolatedGuest guest, CrashNotes notes, boolean takesCheckpoints) {
        this.guest = guest;
        this.takesCheckpoints = takesCheckpoints;
        this.notes = notes;
    }

    /** Returns whether it has ended, and cannot go on. */
    public boolean isLost() {
        return isLost;
    }

    /**
     * Prepares a call of guest code.
     *
     * @throws GuestCrashException if the guest is lost
     */
    public void beforeCall() {
        if (!isReady && (isLost || isDue())) {
            prepare();
        }
    }

    private boolean isDue() {
        return System.nanoTime() - nextAttemptNanos >= 0;
    }

    private synchronized void prepare() {
        requireRecovered();
        if (takesCheckpoints && checkpoint == null && working == 0) {
            takeUnlessTriedRecently();
        }
        isReady = checkpoint != null || !takesCheckpoints;
    }

    private void requireRecovered() {
        if (!isLost && guest.end().isPresent()) {
            recover(new GuestGoneException(guest.end().get()));
        }
        if (isLost) {
            throw notes.describe(loss, false);
        }
    }

    /** Takes a checkpoint; after an attempt in vain, not soon again. */
    private void takeUnlessTriedRecently() {
        if (!isDue()) {
            return;
        }
        if (take(PATIENCE).isEmpty()) {
            nextAttemptNanos = System.nanoTime() + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        } else {
            pauseNanos = FIRST_PAUSE_NANOS;
        }
    }

    private Optional<GuestCheckpoint> take(Duration patience) {
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.CHECKPOINT, "")) {
            Optional<GuestCheckpoint> taken = guest.checkpointIfQuiet(patience);
            if (taken.isPresent()) {
                forgetCheckpoint();
                checkpoint = taken.get();
            }
            return taken;
        } catch (HostCallException | GuestGoneException e) {
            return Optional.empty(); // the system has no room for a copy, or a crash has come first
        }
    }

    /**
     * Takes a checkpoint now.
     *
     * @throws IllegalStateException if a call of guest code has not returned, if guest code has
     *     threads of its own, or if something is being loaded
     * @throws GuestCrashException if the guest is lost
     */
    public synchronized void checkpoint() {
        requireRecovered();
        if (working > 0 || take(LONG_PATIENCE).isEmpty()) {
            throw new IllegalStateException(
                    "no checkpoint: a call of loaded code has not returned, it has threads of its"
                            + " own, something is being loaded, or the system has no room");
        }
        isReady = true;
    }

    /**
     * Does something that loads or removes code. What is loaded does not match the last checkpoint
     * any more.
     */
    <T> T change(Supplier<T> change) {
        beginChange();
        try {
            return translated(change);
        } finally {
            endChange();
        }
    }

    private synchronized void beginChange() {
        working++;
        noteChange();
    }

    private synchronized void endChange() {
        working--;
    }

    private void noteChange() {
        isReady = false;
        forgetCheckpoint();
    }

    private void forgetCheckpoint() {
        if (checkpoint != null) {
            checkpoint.close();
            checkpoint = null;
        }
    }

    /**
     * Calls guest code whose return changes what this process knows, as that of an initializer.
     * Before, a checkpoint is taken, so that a crash of the code leaves everything as it was.
     */
    <T> T call(Supplier<T> call) {
        beforeCall();
        T result;
        try {
            result = translated(call);
        } catch (GuestCrashException crash) {
            throw crash; // everything is as before
        } catch (TargetException e) { // some of the code has run
            noteReturn();
            throw e;
        }
        noteReturn();
        return result;
    }

    private synchronized void noteReturn() {
        noteChange();
    }

    /** Asks the guest for something. */
    <T> T translated(Supplier<T> question) {
        try {
            return question.get();
        } catch (GuestGoneException gone) {
            throw crashed(gone);
        } catch (TargetException e) {
            throw e.getCause() instanceof GuestGoneException gone ? crashed(gone, e) : e;
        }
    }

    private GuestCrashException crashed(GuestGoneException gone, TargetException failure) {
        GuestCrashException crash = crashed(gone);
        for (Throwable suppressed : failure.getSuppressed()) {
            crash.addSuppressed(suppressed);
        }
        return crash;
    }

    /**
     * Lets the guest go on, if it can, and returns the exception for a call that has not returned.
     */
    public synchronized GuestCrashException crashed(GuestGoneException gone) {
        if (!isLost && guest.end().isPresent()) {
            recover(gone);
        }
        return notes.describe(gone, !isLost);
    }

    private void recover(GuestGoneException gone) {
        isReady = false;
        GuestCheckpoint last = checkpoint;
        checkpoint = null;
        if (last == null || !restore(last)) {
            isLost = true;
            loss = gone;
            return;
        }
        steps.forEach(Runnable::run);
        take(PATIENCE);
        isReady = checkpoint != null;
    }

    /** Runs a step each time that the guest has gone back to a checkpoint. It must not call it. */
    void onRestored(Runnable step) {
        steps.add(step);
    }

    private static boolean restore(GuestCheckpoint last) {
        try {
            last.restore();
            return true;
        } catch (HostCallException | GuestGoneException e) {
            last.close();
            return false;
        }
    }

    /** Ends the guest. */
    synchronized void close() {
        forgetCheckpoint();
        guest.close();
    }
}
