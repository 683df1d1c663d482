package dev.orcinus.platform.linux.guestprocess.memory;

import dev.orcinus.platform.spi.HostCallException;

/**
 * Keeps the memory that a guest has at one moment, for a copy of it that waits, until it is closed.
 */
public interface MemoryHold extends AutoCloseable {
    /** Makes the ranges that the guest had known again, after the copy has taken its place. */
    void restore() throws HostCallException;

    @Override
    void close();
}
