package dev.orcinus.platform.spi.guest;

/** An observer of crashes in a guest process. */
@FunctionalInterface
public interface CrashObserver {
    /**
     * Takes note of a crash, before the process ends. Called at most once in the life of a process,
     * on the thread whose call has crashed; if it is none's, as that of a thread that guest code
     * has made, on one that calls nothing. Until it returns, the crashed thread is stopped, memory
     * can be read ({@link GuestMemory#tryRead}), and other threads of the guest run.
     */
    void crashed(CrashedThread thread);

    /**
     * Returns whether the process goes on after a crash of a thread that a call runs on: the thread
     * is then brought back to where it was called from, the call returns {@link CallOutcome#gone},
     * and {@link #crashed} is not told. What the thread has written stays written, and locks that
     * it holds stay locked. Asked while the thread is stopped.
     */
    default boolean goesOn(CrashedThread thread) {
        return false;
    }
}
