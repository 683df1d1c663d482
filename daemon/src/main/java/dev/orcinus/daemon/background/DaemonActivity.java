package dev.orcinus.daemon.background;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What a daemon in the background has done and does, and when it is to end: once it is told so, or
 * has been idle for some time, or another build has taken its place; never while it serves. This
 * object's lock guards its fields.
 */
final class DaemonActivity {
    /** How often it looks whether another build has taken its place. */
    private static final Duration BUILD_LOOK = Duration.ofMinutes(1);

    private final Duration limit;
    private final BooleanSupplier isCurrent;
    private int running;
    private long served;
    private long ended;
    private long idleSinceNanos = System.nanoTime();
    private long changeNanos = idleSinceNanos;
    private boolean isEnding;

    /** Whether somebody waits who wants to know that something begins. */
    private boolean isBeginAwaited;

    /**
     * Nothing has been done yet.
     *
     * @param limit how long it may be idle
     * @param isCurrent returns whether the files that this process runs are still there
     */
    DaemonActivity(Duration limit, BooleanSupplier isCurrent) {
        this.limit = limit;
        this.isCurrent = isCurrent;
    }

    /** Begins to be idle: whoever may give it work finds it from now on. */
    synchronized void open() {
        idleSinceNanos = System.nanoTime();
    }

    /** Begins to serve; false if this process is to end, or another build has taken its place. */
    synchronized boolean begin() {
        if (!isEnding && !isCurrent.getAsBoolean()) {
            stop();
        }
        if (isEnding) {
            return false;
        }
        running++;
        served++;
        changeNanos = System.nanoTime();
        if (isBeginAwaited) {
            isBeginAwaited = false;
            notifyAll();
        }
        return true;
    }

    /**
     * Ends to serve.
     *
     * @param isServed false if it was refused, and so does not count
     */
    synchronized void end(boolean isServed) {
        running--;
        served -= isServed ? 0 : 1;
        ended += isServed ? 1 : 0;
        idleSinceNanos = System.nanoTime();
        changeNanos = idleSinceNanos;
        notifyAll();
    }

    /** Lets the process end as soon as it serves nobody. */
    synchronized void stop() {
        isEnding = true;
        notifyAll();
    }

    synchronized int running() {
        return running;
    }

    synchronized long served() {
        return served;
    }

    /** Returns how long it may still be idle; zero if it is to end. */
    synchronized Duration idleLeft() {
        if (isEnding) {
            return Duration.ZERO;
        }
        long idleNanos = running > 0 ? 0 : System.nanoTime() - idleSinceNanos;
        Duration left = limit.minusNanos(idleNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Waits until the process is to take no more work.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    synchronized void awaitStop() throws InterruptedException {
        while (!isEnding && !idleLeft().isZero()) {
            Duration left = idleLeft();
            TimeUnit.NANOSECONDS.timedWait(
                    this, (left.compareTo(BUILD_LOOK) < 0 ? left : BUILD_LOOK).toNanos());
            isEnding |= !isCurrent.getAsBoolean();
        }
        isEnding = true;
    }

    /** Waits until nothing runs. */
    synchronized void awaitRest() throws InterruptedException {
        while (running > 0) {
            wait();
        }
    }

    /**
     * Waits until something has been served to its end, and then nothing begins or ends for a time;
     * but while something runs, or again and again begins and ends, not longer than for a limit.
     * What runs may run for hours, as a user's session does.
     *
     * @param seen how much had been served to its end before
     * @return how much has been served to its end; if it is as much as before, the limit is over
     */
    synchronized long awaitPause(long seen, Duration pause, Duration most)
            throws InterruptedException {
        while (ended == seen && running == 0) {
            isBeginAwaited = true;
            wait();
        }
        long begin = System.nanoTime();
        while (ended == seen || !isQuietFor(pause)) {
            long left = most.toNanos() - (System.nanoTime() - begin);
            if (left <= 0) {
                return seen;
            }
            long step = ended == seen ? left : Math.min(left, pause.toNanos());
            TimeUnit.NANOSECONDS.timedWait(this, step);
        }
        return ended;
    }

    private boolean isQuietFor(Duration pause) {
        return System.nanoTime() - changeNanos >= pause.toNanos();
    }
}
