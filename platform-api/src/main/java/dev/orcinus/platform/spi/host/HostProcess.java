package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The process that Orcinus runs in. */
public interface HostProcess {
    /** Returns its process id. */
    long pid();

    /** Returns the real user id that it runs as. */
    int uid();

    /** Returns whether a descriptor of this process is a terminal. */
    boolean isTerminal(int descriptor);

    /**
     * Removes the names of shared-memory objects that a process of this user has left behind.
     *
     * @param pid the process, which has ended
     */
    void unlinkSharedMemoryOf(long pid);

    /**
     * Opens the terminal that controls this process, for good. From now on the interrupt key of the
     * terminal does not end this process.
     *
     * @return the terminal; empty if there is none, or if the system has no guest processes that
     *     could use it
     */
    default Optional<HostTerminal> openTerminal() {
        return Optional.empty();
    }

    /**
     * Ends the processes that the guests of a process of this user have started and left behind.
     *
     * @param pid the process, which has ended
     */
    void endStraysOf(long pid);

    /**
     * Starts a process that waits for the end of this one, whatever its cause, and then removes
     * what it has left: processes that guests have started, shared memory, and a folder. A system
     * without guest processes starts none.
     *
     * @param folder a folder that holds files only
     * @throws IOException if it cannot be started
     */
    void removeAtEnd(Path folder) throws IOException;

    /**
     * Takes a lock, without waiting for it.
     *
     * @param file that stands for it; it is created if it is missing
     * @return empty if another process has it, or has just removed the file
     * @throws UnsupportedOperationException if the system has no such locks
     */
    default Optional<HostLock> lock(Path file) throws IOException, HostCallException {
        throw new UnsupportedOperationException("no locks of programs on this system");
    }

    /**
     * Returns the lock with which this process was started, as an {@link OrphanProgram}.
     *
     * @throws HostCallException if it was not
     */
    default HostLock inheritedLock() throws HostCallException {
        throw new UnsupportedOperationException("no locks of programs on this system");
    }

    /**
     * Starts a program that has nothing of this process, except a lock: no descriptors, variables,
     * terminal, session, signals or soft limits. It is the child of nobody who waits for it, and
     * lies in the root folder with umask 077. If the system is short of memory, it ends before
     * others.
     *
     * @throws UnsupportedOperationException if the system cannot do that
     */
    default void start(OrphanProgram program, HostLock lock) throws HostCallException {
        throw new UnsupportedOperationException("no orphans on this system");
    }

    /**
     * Holds the file that a path leads to now. It need not be readable.
     *
     * @return empty if there is none, or if the system cannot hold files
     */
    default Optional<HeldFile> hold(Path file) {
        return Optional.empty();
    }

    /** Gives memory of the C library back that nobody uses, where the system can do that. */
    default void trimMemory() {}

    /** Ends the process at once ({@code _exit}): no handlers, no flushing. */
    void exitNow(int status);
}
