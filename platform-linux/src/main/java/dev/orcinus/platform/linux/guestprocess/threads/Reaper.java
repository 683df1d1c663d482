package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;

/** Waits for the ends of processes. Many threads may use it. */
@FunctionalInterface
public interface Reaper {
    /** Waits for the end of a process, and returns its status; negative if it is not known. */
    int reap(NativeProcess process);

    /**
     * Waits for the end of a process that has been killed, now or later, since nobody wants its
     * status.
     *
     * @param then is run when the process is gone
     */
    default void reapKilled(NativeProcess killed, Runnable then) {
        var _ = reap(killed);
        then.run();
    }
}
