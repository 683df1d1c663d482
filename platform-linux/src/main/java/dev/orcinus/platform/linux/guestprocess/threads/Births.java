package dev.orcinus.platform.linux.guestprocess.threads;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells whether processes may exist that this JVM has made and has not noted yet. Who looks at the
 * processes that exist takes a stamp before, and believes what was seen if the stamp still holds
 * afterwards. Many threads may use it.
 */
public final class Births {
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();

    /** Nothing is being made. */
    public Births() {}

    /** Says that a process is going to be made. */
    public void begin() {
        inProgress.incrementAndGet(); // first: a stamp that is taken in between does not hold
        begun.incrementAndGet();
    }

    /** Says that the process of {@link #begin} has been noted, or has not been made. */
    public void end() {
        inProgress.decrementAndGet();
    }

    /**
     * Returns a stamp, which is not negative; -1, which never holds, if a process is being made.
     */
    public long stamp() {
        long now = begun.get();
        return inProgress.get() == 0 ? now : -1;
    }

    /** Returns whether none has begun to be made since a stamp was taken. */
    public boolean holds(long stamp) {
        return begun.get() == stamp;
    }
}
