package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;

/**
 * Flushes C stdio of the guest's process when a session ends, because the process may go on after
 * the program's end.
 */
final class StdioService implements Service {
    @Override
    public void onShutdown(Session session) {
        session.grace().run("flushing stdio", session.guest().guest().process()::flushStdio);
    }
}
