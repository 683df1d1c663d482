package dev.orcinus.platform.linux.guestprocess.mailbox;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the threads that look at a word for a moment before they sleep. Each of them uses a
 * processor, and needs another one on which the guest's thread works; where more look, they keep
 * each other from working. Many threads may use it.
 */
final class Lookers {
    private final int most;
    private final AtomicInteger count = new AtomicInteger();

    /** Nobody looks. */
    Lookers(int processors) {
        most = Math.max(1, processors / 2);
    }

    /** Returns whether one more may look, which then {@link #leave leaves}. */
    boolean enter() {
        if (count.incrementAndGet() <= most) {
            return true;
        }
        leave();
        return false;
    }

    /** Notes that one that has entered does not look any more. */
    void leave() {
        count.decrementAndGet();
    }

    /** Returns whether no more may look now. */
    boolean areEnough() {
        return count.get() >= most;
    }
}
