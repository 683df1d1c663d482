package dev.orcinus.platform.linux.guestprocess.mailbox;

import dev.orcinus.platform.GuestEnd;
import java.util.Optional;

/**
 * What is known of the life of one process: whether it has ended, and how. A reason that is known
 * before the end, as the address of a crash, says more than the kernel's status. Many threads use
 * it; its lock guards it.
 */
public class ProcessLife {
    private volatile GuestEnd end;
    private GuestEnd reason;

    /** A process that lives. */
    public ProcessLife() {}

    /**
     * Notes the reason for which the process will end.
     *
     * @return whether it is the first reason; only that counts
     */
    public synchronized boolean expects(GuestEnd because) {
        boolean isFirst = reason == null;
        if (isFirst) {
            reason = because;
        }
        return isFirst;
    }

    /** Notes that the process has ended. Only the first end counts. */
    public synchronized void endsAs(GuestEnd status) {
        if (end == null) {
            end = reason == null ? status : reason;
            notifyAll();
        }
    }

    /** Waits for the end of the process, and returns it. */
    public synchronized GuestEnd awaitEnd() {
        boolean interrupted = false;
        while (end == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return end;
    }

    /** Returns whether the process has ended. */
    public boolean isOver() {
        return end != null;
    }

    /** Returns how the process has ended, if it has. */
    public Optional<GuestEnd> end() {
        return Optional.ofNullable(end);
    }
}
