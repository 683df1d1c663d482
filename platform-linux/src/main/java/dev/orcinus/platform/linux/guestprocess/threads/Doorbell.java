package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import java.util.function.Consumer;

/**
 * Listens for threads that guest code makes: they take a slot and ring when they call Java, or
 * crash. Each gets a new Java thread, on which functions of users may leave thread-locals. Many
 * threads may use it; its lock guards the start.
 */
final class Doorbell {
    private static final long STACK_BYTES = 1 << 20;

    private final Consumer<NativeThread> server;
    private volatile GuestLife heard;

    /**
     * A doorbell that nobody listens to.
     *
     * @param server serves what a thread calls, on a Java thread of its own
     */
    Doorbell(Consumer<NativeThread> server) {
        this.server = server;
    }

    /** Starts to listen, unless somebody does. */
    void listen(GuestLife now) {
        if (heard != now) {
            synchronized (this) {
                if (heard != now) {
                    heard = now;
                    KeptThreads.run("orcinus doorbell of a guest", () -> answerBells(now));
                }
            }
        }
    }

    private void answerBells(GuestLife served) {
        int heardRings = 0;
        while (!served.life().isOver()) {
            try {
                answerClaims(served);
                heardRings = served.mailbox().awaitBell(heardRings);
            } catch (IllegalStateException closed) {
                return;
            }
        }
    }

    private void answerClaims(GuestLife served) {
        for (int i = MailboxLayout.FIRST_FOREIGN; i < MailboxLayout.SLOTS; i++) {
            NativeThread thread = new NativeThread(served, i);
            if (thread.slot().takeClaim()) {
                serve(thread);
            }
        }
    }

    private void serve(NativeThread thread) {
        Thread ours =
                new Thread(
                        null, () -> server.accept(thread), "orcinus caller of Java", STACK_BYTES);
        ours.setDaemon(true);
        ours.start();
    }
}
