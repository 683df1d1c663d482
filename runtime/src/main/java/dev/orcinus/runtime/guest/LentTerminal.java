package dev.orcinus.runtime.guest;

import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostTerminal;
import java.util.Optional;

/**
 * Lends the terminal to a guest process as long as pieces of work run its code, as a shell does for
 * a job. So the guest can read the terminal, and its keys reach the guest, but neither this process
 * nor the controller. If a key stops the guest, the job that this process belongs to is stopped,
 * and the guest goes on when the job does. Many threads may use it; its lock guards it.
 */
class LentTerminal {
    private static final LentTerminal NONE = new LentTerminal();

    /** Returns the loans of a terminal, if there is one. */
    static LentTerminal of(IsolatedGuest guest, Optional<HostTerminal> terminal) {
        return guest == null || terminal.isEmpty() ? NONE : new Job(guest, terminal.get());
    }

    /** A piece of work begins. */
    void begin() {}

    /** Guest code begins to run, or has begun before. */
    void beforeGuestCode() {}

    /** A piece of work ends. */
    void end() {}

    /** The terminal is lent no more. */
    void close() {}

    private static final class Job extends LentTerminal {
        private static final long LOOK_MILLIS = 100;

        /** So often the thread looks in vain before it waits for guest code. */
        private static final int PATIENCE = 20;

        private final IsolatedGuest guest;
        private final HostTerminal terminal;
        private int working;
        private volatile boolean isRunning;
        private boolean isLent;
        private boolean isClosed;
        private boolean isWaiting;
        private long group;
        private Thread watcher;

        Job(IsolatedGuest guest, HostTerminal terminal) {
            this.guest = guest;
            this.terminal = terminal;
        }

        @Override
        synchronized void begin() {
            working++;
        }

        @Override
        void beforeGuestCode() {
            if (!isRunning) {
                run();
            }
        }

        private synchronized void run() {
            if (isRunning || isClosed || working == 0) {
                return;
            }
            isRunning = true;
            group = guest.pid();
            isLent = terminal.lend(group);
            if (watcher == null) {
                watcher = new Thread(null, this::watch, "orcinus terminal", 1 << 18);
                watcher.setDaemon(true);
                watcher.start();
            } else if (isWaiting) {
                notifyAll();
            }
        }

        @Override
        synchronized void end() {
            working--;
            if (working == 0) {
                takeBack();
            }
        }

        private void takeBack() {
            if (isLent) {
                terminal.takeBack(group);
                isLent = false;
            }
            isRunning = false;
        }

        @Override
        synchronized void close() {
            takeBack();
            isClosed = true;
            notifyAll();
        }

        private void watch() {
            try {
                int idle = 0;
                while (awaitGuestCode(idle > PATIENCE)) {
                    Thread.sleep(LOOK_MILLIS);
                    idle = isRunning ? 0 : idle + 1;
                    if (isRunning && terminal.isStopped(guest.pid())) {
                        stopped();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Waits for guest code, if that is wanted, and returns whether more can run. */
        private synchronized boolean awaitGuestCode(boolean isWanted) throws InterruptedException {
            isWaiting = isWanted;
            while (isWanted && !isRunning && !isClosed) {
                wait();
            }
            isWaiting = false;
            return !isClosed;
        }

        /**
         * Lets a guest that has been stopped go on. If it has been stopped for want of a terminal
         * that this process has got meanwhile, it gets it; else all are stopped, until the user
         * wants the job to go on.
         */
        private synchronized void stopped() {
            if (!isRunning) {
                return;
            }
            if (isLent || !terminal.lend(group)) {
                terminal.takeBack(group);
                terminal.suspend();
                isLent = terminal.lend(group);
            } else {
                isLent = true;
            }
            terminal.resume(group);
        }
    }
}
