package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;

/** Waits for the ends of processes. Many threads may use it. */
@FunctionalInterface
public interface Reaper {
    /** Waits for the end of a process, and returns its status; negative if it is not known. */
    int reap(NativeProcess process);

    /** Returns what a status of {@link #reap} says of a process. */
    default GuestEnd end(int status) {
        return NativeProcess.end(status);
    }

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
