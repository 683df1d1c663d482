package dev.orcinus.runtime.guest;

/**
 * The piece of work of the guest's first thread, and whether a state is to be noted for it: once,
 * and not on other threads. Any thread may ask whether it is the first one; the first one alone
 * uses the rest, without a lock. The lock of {@link Checkpoints} guards who is to be the first one.
 */
final class FirstThreadWork {
    private volatile Thread first;

    /** The thread that has the guest's first thread, or is about to take it; null if none. */
    private Thread expected;

    /**
     * Whether the first thread does a piece of work. When it ends, it runs destructors, and no
     * state can be noted on it.
     */
    private boolean isWorking;

    private boolean isCovered;
    private boolean isLinking;

    /**
     * Notes that the calling thread is about to take the guest's first thread. From then on until
     * {@link #hasGone}, no other thread may use that.
     */
    void expect() {
        expected = Thread.currentThread();
        if (isFirst()) {
            first = null; // it has had it before, and may not get it again
        }
    }

    /** Notes that the calling thread, which may have had the guest's first thread, has not now. */
    void hasGone() {
        if (Thread.currentThread().equals(expected)) {
            expected = null;
        }
    }

    /** Notes that the calling thread has the guest's first thread from now on. */
    void isHere() {
        first = Thread.currentThread();
    }

    /** Returns whether the calling thread has the guest's first thread. */
    boolean isFirst() {
        return Thread.currentThread() == first;
    }

    /**
     * Returns whether a thread has the guest's first thread, or is about to take it; its next piece
     * of work notes a state.
     */
    boolean isExpected() {
        return expected != null;
    }

    /** Begins a piece of work, if the calling thread is the first one. */
    void begin() {
        if (isFirst()) {
            isWorking = true;
        }
    }

    /** Ends the piece of work of the calling thread, which is the first one. */
    void end() {
        isWorking = false;
        isCovered = false;
        isLinking = false;
    }

    /** Notes that the piece of work only links, if the calling thread is the first one. */
    void link() {
        if (isFirst()) {
            isLinking = true;
        }
    }

    /** Returns whether the calling thread does a piece of work for which no state is noted yet. */
    boolean mayNote() {
        return isFirst() && isWorking && !isCovered;
    }

    /** Returns whether the piece of work only links. */
    boolean isLinking() {
        return isLinking;
    }

    /** Notes that guest code of the piece of work runs next, and that a state is noted for it. */
    void cover() {
        isCovered = true;
    }

    /** Returns whether a state was to be noted for the piece of work. */
    boolean isCovered() {
        return isCovered;
    }
}
