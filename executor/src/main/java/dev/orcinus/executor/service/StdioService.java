package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;

/**
 * C stdio of the guest's process, which is flushed when a session ends: the process may live on,
 * and its controller has seen the end of the program.
 */
final class StdioService implements Service {
    @Override
    public void onShutdown(Session session) {
        session.grace().run("flushing stdio", session.guest().guest().process()::flushStdio);
    }
}
