package dev.orcinus.executor.session;

/**
 * A part of the executor that has to do something when a session ends. It serves many sessions at a
 * time, so it keeps the state of each session under that session. Both methods are called once for
 * each session, on its reader thread, and in the reverse of the order in which the services are
 * listed, because a service may use those before it. Mirrors {@code Service} of LLVM's new ORC
 * runtime.
 */
public interface Service {
    /**
     * Called when the controller is gone: it sends no more calls and no more results. Guest code
     * may still run, and no service of the session has shut down yet. This method must not block.
     */
    default void onDetach(Session session) {}

    /** Called when the session ends: the service frees everything that it holds for the session. */
    default void onShutdown(Session session) {}
}
