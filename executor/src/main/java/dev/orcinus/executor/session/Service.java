package dev.orcinus.executor.session;

/**
 * A part of the executor that sessions use, and that has to do something when a session ends. It
 * serves many sessions at a time, so what it keeps for one of them it keeps under that session.
 * Both moments come once for each session, on its reader thread, and in the reverse of the order in
 * which the services are listed: the later one is built on the earlier one. Mirrors {@code Service}
 * of LLVM's new ORC runtime.
 */
public interface Service {
    /**
     * The controller is gone: no call of it comes any more, and no result. Guest code may still
     * run. Nothing may block here; the session's other services have not shut down yet.
     */
    default void onDetach(Session session) {}

    /** The session ends: the service gives back what it holds for the session. */
    default void onShutdown(Session session) {}
}
