package dev.orcinus.platform.spi.host;

/**
 * A lock that one program of a machine has. A program that is started with it has it, too, until
 * both have ended or closed it; the system takes it back from those that are killed.
 */
public interface HostLock extends AutoCloseable {
    /** Gives it back, as far as this process has it. */
    @Override
    void close();
}
