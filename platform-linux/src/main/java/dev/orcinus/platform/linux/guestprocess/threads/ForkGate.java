package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.spi.HostCallException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps this JVM from ending while a copy of a process is made: until the copy is bound to its
 * parent, nothing would end it. Many threads may use it.
 */
final class ForkGate {
    private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();
    private static final boolean IS_TOO_LATE = !closesAtTheEnd();

    private ForkGate() {}

    /** Makes the end of this JVM wait for copies; returns false if it is ending already. */
    private static boolean closesAtTheEnd() {
        try {
            Thread closer = new Thread(LOCK.writeLock()::lock, "orcinus copies");
            Runtime.getRuntime().addShutdownHook(closer);
            return true;
        } catch (IllegalStateException ending) {
            return false;
        }
    }

    /**
     * Begins to make a copy.
     *
     * @throws HostCallException if this JVM is ending
     */
    static void enter() throws HostCallException {
        if (IS_TOO_LATE || !LOCK.readLock().tryLock()) {
            throw new HostCallException("fork", 0, "no copy of the guest: this JVM is ending");
        }
    }

    /** Notes that a copy has been made, or that it could not. */
    static void leave() {
        LOCK.readLock().unlock();
    }
}
