package dev.orcinus.platform.spi.host;

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

    /** Ends the process at once ({@code _exit}): no handlers, no flushing. */
    void exitNow(int status);
}
