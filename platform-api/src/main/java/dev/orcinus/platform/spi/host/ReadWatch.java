package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;

/**
 * Lets a thread that does not read a channel sleep until there is something to read, but only while
 * the thread that reads it wants that, as it does something else. One thread waits; the others call
 * one method at a time.
 */
public interface ReadWatch extends AutoCloseable {
    /** Makes something to read, or the end of the stream, end the wait once. */
    void arm();

    /** Takes {@link #arm} back. */
    void disarm();

    /** Ends the wait, or the next one. */
    void wake();

    /** Waits. It may return although nothing has happened. */
    void await() throws HostCallException;

    /** Closes it. No thread may be waiting. The channel stays open. */
    @Override
    void close();
}
