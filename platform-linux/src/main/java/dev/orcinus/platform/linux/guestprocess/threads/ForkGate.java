package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.spi.HostCallException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps this JVM from ending while a copy of a process is made: until the copy is bound to its
 * parent, nothing would end it. Many threads may use it.
 */
final class ForkGate {
    private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(LOCK.writeLock()::lock, "orcinus copies"));
    }

    private ForkGate() {}

    /**
     * Begins to make a copy.
     *
     * @throws HostCallException if this JVM is ending
     */
    static void enter() throws HostCallException {
        if (!LOCK.readLock().tryLock()) {
            throw new HostCallException("fork", 0, "no copy of the guest: this JVM is ending");
        }
    }

    /** Notes that a copy has been made, or that it could not. */
    static void leave() {
        LOCK.readLock().unlock();
    }
}
