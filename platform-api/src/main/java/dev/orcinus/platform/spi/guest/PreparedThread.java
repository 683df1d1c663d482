package dev.orcinus.platform.spi.guest;

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
     */
    void awaitEnd();
}
