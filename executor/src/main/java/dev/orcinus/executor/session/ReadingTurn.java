package dev.orcinus.executor.session;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.ReadWatch;
import dev.orcinus.protocol.LineException;

/**
 * Decides which thread reads a line: one that has the turn. The session's thread has it first, and
 * lends it to a thread together with a piece of work. That thread reads the line when it has done
 * the work, and while the work waits for the controller. So a controller that makes one call after
 * the other wakes one thread for each. If something arrives while the borrower works, the session's
 * thread takes the turn back, so nothing that the borrower waits for can depend on itself. Many
 * threads may use it; its lock guards it.
 */
final class ReadingTurn implements AutoCloseable {
    private final HostChannel channel;
    private ReadWatch watch;
    private State state = State.OF_SESSION;
    private boolean isWatchable = true;
    private boolean hasEnded;
    private long loan;
    private Thread borrower;
    private Throwable failure;

    private enum State {
        /** The session's thread reads. */
        OF_SESSION,
        /** The borrower works, or has not begun; the session's thread may take the turn back. */
        WORKS,
        /** The borrower reads. */
        READS
    }

    /** The turn to read a channel, which the session's thread has. */
    ReadingTurn(HostChannel channel) {
        this.channel = channel;
    }

    /**
     * Lends the turn of the session's thread to a thread that will {@link #borrow} it.
     *
     * @return the number of the loan, which is new; 0 if the system has no means for that
     */
    synchronized long lend() {
        if (watch == null && isWatchable) {
            watch = channel.openWatch().orElse(null);
            isWatchable = watch != null;
        }
        if (watch == null) {
            return 0;
        }
        borrower = null;
        work();
        return ++loan;
    }

    /** Takes the turn that has just been lent back, because nobody will borrow it. */
    synchronized void keep() {
        takeBack();
    }

    /**
     * Makes the calling thread the borrower, unless that loan has been taken back. It works in any
     * case.
     */
    synchronized void borrow(long number) {
        if (isOffered(number)) {
            borrower = Thread.currentThread();
        }
    }

    /** Gives a loan back that the thread for which it was made will not {@link #borrow}. */
    synchronized void decline(long number) {
        if (isOffered(number)) {
            takeBack();
            watch.wake();
        }
    }

    private boolean isOffered(long number) {
        return !hasEnded && number == loan && state == State.WORKS && borrower == null;
    }

    /** Returns whether the calling thread has borrowed the turn and may read. */
    synchronized boolean isMine() {
        return state == State.READS && isBorrower();
    }

    /** Lets the calling thread, which may read, work. */
    synchronized void beginWork() {
        if (isMine()) {
            work();
        }
    }

    private void work() {
        state = State.WORKS;
        watch.arm();
    }

    /**
     * Lets the calling thread read again.
     *
     * @return false if the turn is not, or no longer, lent to it
     */
    synchronized boolean endWork() {
        if (hasEnded || state != State.WORKS || !isBorrower()) {
            return false;
        }
        state = State.READS;
        watch.disarm();
        return true;
    }

    private boolean isBorrower() {
        return Thread.currentThread().equals(borrower);
    }

    /** Gives the turn of the calling thread, which may read, back to the session's thread. */
    synchronized void giveBack() {
        if (isMine()) {
            state = State.OF_SESSION;
            borrower = null;
            watch.wake();
        }
    }

    /**
     * Notes that the line has ended, which the calling thread has read.
     *
     * @param reason an exception for the session's thread; null if there is none
     */
    synchronized void end(Throwable reason) {
        if (!hasEnded) {
            hasEnded = true;
            failure = reason;
            borrower = null;
            if (watch != null) {
                watch.wake();
            }
        }
    }

    /**
     * Waits until the session's thread has the turn.
     *
     * @return false if the line has ended
     */
    boolean await() throws LineException {
        while (isLent()) {
            try {
                watch.await();
            } catch (HostCallException e) {
                throw new LineException(e.getMessage(), e);
            }
            takeBackFromWorker();
        }
        return goesOn();
    }

    /** Returns whether another thread than the session's has the turn. */
    synchronized boolean isLent() {
        return !hasEnded && state != State.OF_SESSION;
    }

    private synchronized boolean goesOn() {
        return !hasEnded;
    }

    private synchronized void takeBackFromWorker() {
        if (!hasEnded && state == State.WORKS) {
            takeBack();
        }
    }

    private void takeBack() {
        state = State.OF_SESSION;
        borrower = null;
        watch.disarm();
    }

    /** Returns what {@link #end} has been told; null if it was not called, or with null. */
    synchronized Throwable failure() {
        return failure;
    }

    /** Closes it; the session's thread reads no more. */
    @Override
    public synchronized void close() {
        hasEnded = true;
        borrower = null;
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
