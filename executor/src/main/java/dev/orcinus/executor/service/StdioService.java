package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.spi.guest.GuestGoneException;

/**
 * Flushes C stdio of the guest's process when a session ends: once guest code has ended, before
 * clean-up code that may crash. What clean-up code writes is flushed before the memory goes,
 * because code that is called after that (by a timer, or a signal) ends the process.
 */
final class StdioService implements Service {
    @Override
    public void onShutdown(Session session) {
        session.grace().run("flushing stdio", () -> flush(session));
    }

    /** Flushes stdio on this thread, which may wait for a reader of the output. */
    static void flush(Session session) {
        try {
            session.guest().guest().process().flushStdio();
        } catch (GuestGoneException e) {
            // that has been reported, and nothing is left to write
        }
    }
}
