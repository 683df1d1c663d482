package dev.orcinus.platform.spi.host;

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

    /** Ends the process at once ({@code _exit}): no handlers, no flushing. */
    void exitNow(int status);
}
