package dev.orcinus.platform.linux.guestprocess.memory;

import dev.orcinus.platform.spi.HostCallException;

/**
 * Keeps the memory that a guest has at one moment, for a copy of it that waits, until it is closed.
 */
public interface MemoryHold extends AutoCloseable {
    /**
     * Gives the copy, after it has taken the guest's place, the ranges that the guest had last.
     * What has been published since has the content that it was filled with.
     */
    void restore() throws HostCallException;

    @Override
    void close();
}
