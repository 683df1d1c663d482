package dev.orcinus.runtime.guest;

import dev.orcinus.platform.spi.guest.GuestProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The threads that a session's guest code runs on: they are cached, and there are as many as calls
 * at a time, since a call may wait for another one. The first one has the guest's first thread, and
 * gets the work if it is idle. Before executable memory goes, the idle ones end: their
 * thread-locals may have destructors there. Many threads may use it; this object's lock guards it.
 */
public final class GuestThreads {
    private static final Duration KEEP = Duration.ofSeconds(30);

    private final GuestProcess process;
    private final int mostCalls;
    private final Checkpoints checkpoints;
    private final Duration keep;
    private final Deque<GuestThread> idle = new ArrayDeque<>();
    private int made;
    private int running;
    private GuestThread first;

    /** Whether the first thread does a duty, but no work. */
    private boolean isIdleOnDuty;

    /**
     * No threads so far.
     *
     * @param mostCalls how many calls may run at a time
     * @param checkpoints the states that the guest can return to
     */
    GuestThreads(GuestProcess process, int mostCalls, Checkpoints checkpoints) {
        this(process, mostCalls, checkpoints, KEEP);
    }

    /**
     * No threads so far.
     *
     * @param keep how long a thread waits for work before it ends
     */
    GuestThreads(GuestProcess process, int mostCalls, Checkpoints checkpoints, Duration keep) {
        this.process = process;
        this.mostCalls = mostCalls;
        this.checkpoints = checkpoints;
        this.keep = keep;
    }

    /** Returns how long a thread waits for work before it ends. */
    Duration keep() {
        return keep;
    }

    /**
     * Runs {@code work} at once.
     *
     * @return the result, once it no longer counts as a call and its thread is idle
     * @throws RejectedExecutionException if as many calls run already as may, or no thread can be
     *     made
     */
    public synchronized <T> CompletableFuture<T> run(Supplier<T> work) {
        admit();
        GuestThread.Task<T> assignment = new GuestThread.Task<>(work);
        GuestThread thread = idle.remove(first) ? first : idle.poll();
        if (thread == null) {
            startThread(assignment);
        } else {
            thread.give(assignment);
        }
        return assignment.done();
    }

    /**
     * Gives a duty to the first thread, if it is idle or can be made. The first work of the duty
     * counts as a call from now on.
     *
     * @return whether it has got the duty
     * @throws RejectedExecutionException if as many calls run already as may, or no thread can be
     *     made
     */
    public synchronized boolean giveToFirst(FirstThread.Duty duty) {
        boolean isIdle = first != null && idle.contains(first);
        if (!isIdle && (first != null || !checkpoints.wantFirstThread())) {
            return false;
        }
        admit();
        GuestThread.Assignment assignment = new GuestThread.OwnWork(duty);
        if (isIdle) {
            idle.remove(first);
            first.give(assignment);
        } else {
            startThread(assignment);
        }
        return true;
    }

    private void startThread(GuestThread.Assignment work) {
        boolean isFirst = first == null && checkpoints.wantFirstThread();
        GuestThread thread =
                new GuestThread(process, this, checkpoints, "guest-" + made++, work, isFirst);
        if (isFirst) {
            first = thread;
        }
        start(thread::start);
    }

    private void start(Runnable starter) {
        try {
            starter.run();
        } catch (OutOfMemoryError e) {
            running--;
            throw new RejectedExecutionException("no thread for the call: " + e.getMessage(), e);
        }
    }

    private void admit() {
        if (running >= mostCalls) {
            throw new RejectedExecutionException(
                    "no guest thread for the call: " + running + " calls run");
        }
        running++;
    }

    /** Counts a call that the first thread does as a part of its duty. */
    synchronized void admitOnDuty() {
        admit();
        isIdleOnDuty = false;
    }

    /** Notes that the first thread has done such a call, and goes on with its duty. */
    synchronized void doneOnDuty() {
        isIdleOnDuty = true;
        ended();
    }

    /** Notes that the first thread has no duty any more and waits for work. */
    synchronized void rest(GuestThread thread) {
        isIdleOnDuty = false;
        idle.push(thread);
    }

    /** Notes that a thread has done its work and waits for more. */
    synchronized void done(GuestThread thread) {
        running--;
        idle.push(thread);
        notifyAll();
    }

    /** Removes a thread that has waited for long enough, and returns whether it may end. */
    synchronized boolean leave(GuestThread thread) {
        boolean leaves = idle.remove(thread);
        if (leaves && thread.equals(first)) {
            first = null;
        }
        return leaves;
    }

    /** Returns whether a thread runs no work; guest code may have left thread-locals on it. */
    synchronized boolean hasIdle() {
        return isIdleOnDuty || !idle.isEmpty();
    }

    /** Ends the threads that wait for work and waits for their end. */
    void retireIdle() throws InterruptedException {
        List<GuestThread> retiring;
        synchronized (this) {
            retiring = new ArrayList<>(idle);
            idle.clear();
            if (retiring.contains(first)) {
                first = null;
            }
        }
        retiring.forEach(GuestThread::retire);
        for (GuestThread thread : retiring) {
            thread.awaitEnd();
        }
    }

    /**
     * Runs {@code aside} on a thread of its own that is no guest thread and counts as a call: it
     * may wait for guest threads.
     *
     * @return the result, once it no longer counts as a call
     * @throws RejectedExecutionException if as many calls run already as may, or no thread can be
     *     made
     */
    public synchronized <T> CompletableFuture<T> runAside(Supplier<T> aside) {
        admit();
        GuestThread.Task<T> assignment = new GuestThread.Task<>(aside);
        Thread thread = new Thread(() -> assignment.run(this::ended), "aside-" + made++);
        thread.setDaemon(true);
        start(thread::start);
        return assignment.done();
    }

    /** Notes that a thread cannot be made, and that the call for which it was made has ended. */
    synchronized void refused(GuestThread thread) {
        if (thread.equals(first)) {
            first = null;
        }
        ended();
    }

    /** Notes that a call has ended whose thread is not used again. */
    synchronized void ended() {
        running--;
        notifyAll();
    }

    /** Returns how many calls run. */
    public synchronized int running() {
        return running;
    }

    /** Waits until no call runs; returns false if some still run after {@code limit}. */
    public synchronized boolean awaitIdle(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (running > 0) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }
}
