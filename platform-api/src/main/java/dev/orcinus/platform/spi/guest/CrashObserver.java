package dev.orcinus.platform.spi.guest;

/** An observer of crashes in a guest process. */
@FunctionalInterface
public interface CrashObserver {
    /**
     * Takes note of a crash, before the process ends. Called at most once in the life of a process,
     * on any thread. Until it returns, the crashed thread is stopped, memory can be read ({@link
     * GuestMemory#tryRead}), and other threads of the guest run.
     */
    void crashed(CrashedThread thread);
}
