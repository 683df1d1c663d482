package dev.orcinus.runtime.guest;

import java.util.function.BooleanSupplier;

/**
 * Whose end of the guest it was: that of a call of some thread, or of destructors that the guest's
 * first thread runs when it ends. The lock of {@link Checkpoints} guards it, but for the thread
 * that is blamed, which any thread sets and reads without it.
 */
final class EndAttribution {
    private final BooleanSupplier lives;

    /**
     * The thread of this process whose call has ended the guest; null if it has not ended, or
     * nobody knows, as when it has exited.
     */
    private volatile Thread culprit;

    /** The first thread that ends, if the guest has not returned since it began to; else null. */
    private Thread endingFirst;

    /** Whether a piece of work has found, at its end, that the guest has ended. */
    private boolean hasEndedWork;

    /**
     * Nobody so far.
     *
     * @param lives returns whether the guest has not ended
     */
    EndAttribution(BooleanSupplier lives) {
        this.lives = lives;
    }

    /** Notes that the guest ends because of a thread's call; the first one counts. */
    void blame(Thread thread) {
        if (culprit == null && lives.getAsBoolean()) {
            culprit = thread;
        }
    }

    /** Returns whether the guest has ended, and not by what the calling thread has called. */
    boolean isOfOthers() {
        Thread blamed = culprit;
        return !lives.getAsBoolean() && blamed != null && !blamed.equals(Thread.currentThread());
    }

    /** Notes that a piece of work ends, which may have ended the guest. */
    void workEnds() {
        hasEndedWork |= !lives.getAsBoolean();
    }

    /** Notes that the calling thread, which is the first one, begins to run destructors. */
    void firstBeginsToEnd() {
        endingFirst = Thread.currentThread();
    }

    /**
     * Notes that the calling thread has run its destructors.
     *
     * @return false if it is not the first one, or the guest has returned since it began to
     */
    boolean firstHasEnded() {
        boolean isEnding = Thread.currentThread().equals(endingFirst);
        if (isEnding) {
            endingFirst = null;
        }
        return isEnding;
    }

    /**
     * Notes that the guest has returned: the first thread, and the work that has ended, are those
     * of a guest before.
     *
     * @return whether the end is taken for that of destructors of the first thread. If nobody knows
     *     who has ended the guest, it is, unless work ran that may have; then they run again.
     */
    boolean takeIsOfDestructors() {
        boolean isOfDestructors =
                endingFirst != null
                        && (culprit == null ? !hasEndedWork : culprit.equals(endingFirst));
        endingFirst = null;
        hasEndedWork = false;
        return isOfDestructors;
    }

    /** Lets the next one be blamed, as all that follows from the last end has been done. */
    void clearBlame() {
        culprit = null;
    }
}
