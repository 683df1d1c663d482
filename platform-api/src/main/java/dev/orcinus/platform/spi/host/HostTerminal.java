package dev.orcinus.platform.spi.host;

/**
 * The terminal that controls this process. One group of processes at a time may read it and gets
 * the signals of its keys. All methods may be called from any thread.
 */
public interface HostTerminal {
    /**
     * Gives the terminal to a group of processes of this session, if it is this process's group
     * that has it.
     *
     * @param group the process id of the group's leader
     * @return whether the group has got it
     */
    boolean lend(long group);

    /** Takes the terminal back to this process's group, if the other group still has it. */
    void takeBack(long group);

    /** Returns whether a process has been stopped, by a key of the terminal for example. */
    boolean isStopped(long pid);

    /**
     * Stops this process's group as the suspend key does, and returns when it has been continued.
     * The kernel does not stop a group that no shell could continue.
     */
    void suspend();

    /** Continues a group of processes that has been stopped. */
    void resume(long group);
}
