package dev.orcinus.platform.spi.guest;

import java.time.Duration;

/** A platform thread that guest code may run on. */
public interface PreparedThread extends AutoCloseable {
    /**
     * Frees the resources that {@link GuestProcess#prepareThread} has given to the thread. The
     * thread itself calls this before it ends.
     */
    @Override
    void close();

    /**
     * Waits until the destructors of the thread's thread-locals have run, and the guest has no such
     * thread any more. A Java thread that has been joined may still be running them. Called on
     * another thread, after the Java thread has been joined.
     *
     * @param limit how long it waits at most; it looks once if that is nothing
     * @return whether it has ended
     */
    boolean awaitEnd(Duration limit);

    /** Does the same without limit. */
    default void awaitEnd() {
        boolean hasEnded = false;
        while (!hasEnded) {
            hasEnded = awaitEnd(Duration.ofDays(1));
        }
    }
}
