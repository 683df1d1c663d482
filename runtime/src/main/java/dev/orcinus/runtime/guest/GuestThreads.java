package dev.orcinus.runtime.guest;

import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.guest.GuestProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The threads that a session's guest code runs on: they are cached, and there are as many as calls
 * at a time, since a call may wait for another one. The first one has the guest's first thread, and
 * gets the work if it is idle. Before executable memory goes, the idle ones end, and those that are
 * ending are waited for: their thread-locals may have destructors there. Many threads may use it;
 * this object's lock guards it.
 */
public final class GuestThreads {
    private static final Duration KEEP = Duration.ofSeconds(30);
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final GuestProcess process;
    private final int mostCalls;
    private final Checkpoints checkpoints;
    private final Duration keep;
    private final Consumer<Thread> starter;
    private final BiConsumer<String, Runnable> aside;
    private final Deque<GuestThread> idle = new ArrayDeque<>();

    /** Those that get no work any more; destructors may run on them. */
    private final Set<GuestThread> ending = new HashSet<>();

    /** Those of them that somebody has waited for for too long. */
    private final Set<GuestThread> overdue = new HashSet<>();

    private int made;
    private int running;

    /** The one with the guest's first thread, until its destructors have run; else null. */
    private GuestThread first;

    /** The last one that had it, whose Java thread may have it again; null if there is none. */
    private GuestThread kept;

    /** The first thread while it has had no work, so that guest code has left nothing there. */
    private GuestThread fresh;

    /** Whether the first thread does a duty, but no work. */
    private boolean isIdleOnDuty;

    /**
     * No threads so far.
     *
     * @param mostCalls how many calls may run at a time
     * @param checkpoints the states that the guest can return to
     */
    GuestThreads(GuestProcess process, int mostCalls, Checkpoints checkpoints) {
        this(process, mostCalls, checkpoints, KEEP, Thread::start, KeptThreads::run);
    }

    /**
     * No threads so far.
     *
     * @param keep how long a thread waits for work before it ends
     * @param starter starts a guest thread
     * @param aside runs work on another thread, with a name for that
     */
    GuestThreads(
            GuestProcess process,
            int mostCalls,
            Checkpoints checkpoints,
            Duration keep,
            Consumer<Thread> starter,
            BiConsumer<String, Runnable> aside) {
        this.process = process;
        this.mostCalls = mostCalls;
        this.checkpoints = checkpoints;
        this.keep = keep;
        this.starter = starter;
        this.aside = aside;
    }

    /** Returns how long a thread waits for work before it ends. */
    Duration keep() {
        return keep;
    }

    /**
     * Makes the first thread, if there is none, before there is work for it. That takes time, as
     * another thread of the guest is made with it.
     *
     * @param before is done on the thread before that; runs no guest code
     * @return whether it has been made
     */
    public synchronized boolean makeFirst(Runnable before) {
        if (first != null || !checkpoints.wantFirstThread()) {
            return false;
        }
        GuestThread thread =
                new GuestThread(process, this, checkpoints, "guest-" + made++, null, true);
        thread.beginWith(before);
        try {
            starter.accept(thread.thread());
        } catch (OutOfMemoryError e) {
            return false; // the first work finds that out, too
        }
        first = thread;
        fresh = thread;
        idle.push(thread);
        return true;
    }

    /**
     * Removes the first thread, which cannot be prepared.
     *
     * @return false if it has got work already
     */
    synchronized boolean leaveFresh(GuestThread thread) {
        boolean isFresh = thread.equals(fresh);
        if (isFresh) {
            idle.remove(thread);
            first = null;
            fresh = null;
        }
        return isFresh;
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
        GuestThread.Task<T> task = new GuestThread.Task<>(work);
        assign(task);
        return task.done();
    }

    /**
     * Does the same, also if as many calls run as may: for work that one of these calls waits for.
     * The thread ends then; {@link #retireIdle} waits for it.
     *
     * @throws RejectedExecutionException if no thread can be made
     */
    synchronized <T> CompletableFuture<T> runForCallAndEnd(Supplier<T> work) {
        running++;
        GuestThread.Task<T> task = new GuestThread.Task<>(work);
        assign(new GuestThread.LastTask<>(task));
        return task.done();
    }

    private void assign(GuestThread.Assignment assignment) {
        GuestThread thread = idle.remove(first) ? first : idle.poll();
        if (thread == null) {
            startThread(assignment);
        } else {
            give(thread, assignment);
        }
    }

    private void give(GuestThread thread, GuestThread.Assignment assignment) {
        if (thread.equals(fresh)) {
            fresh = null;
        }
        thread.give(assignment);
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
            give(first, assignment);
        } else {
            startThread(assignment);
        }
        return true;
    }

    private void startThread(GuestThread.Assignment work) {
        boolean isFirst = first == null && checkpoints.wantFirstThread();
        String name = "guest-" + made++;
        GuestThread again = isFirst ? beginNext(name, work) : null;
        if (again != null) {
            first = again;
            return;
        }
        GuestThread thread = new GuestThread(process, this, checkpoints, name, work, isFirst);
        start(() -> starter.accept(thread.thread()));
        if (isFirst) {
            first = thread;
        }
    }

    /** Begins the first thread on the Java thread that had it last, if that is still there. */
    private GuestThread beginNext(String name, GuestThread.Assignment work) {
        GuestThread last = kept;
        kept = null;
        return last == null ? null : last.beginNext(name, work).orElse(null);
    }

    private void start(Runnable start) {
        try {
            start.run();
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
        waitForWork(thread);
    }

    /** Notes that a thread has done its work and waits for more. */
    synchronized void done(GuestThread thread) {
        running--;
        waitForWork(thread);
        notifyAll();
    }

    /** Notes that a thread has done its last work, and ends. */
    synchronized void doneForGood(GuestThread thread) {
        running--;
        ending.add(thread);
        thread.retireAndKeep();
        notifyAll();
    }

    /** A thread that has found no guest would have nothing of one that has returned. */
    private void waitForWork(GuestThread thread) {
        if (thread.hasGuest()) {
            idle.push(thread);
        } else {
            firstHasEnded(thread);
            thread.retire();
        }
    }

    /** Removes a thread that has waited for long enough, and returns whether it may end. */
    synchronized boolean leave(GuestThread thread) {
        boolean leaves = idle.remove(thread);
        if (leaves) {
            ending.add(thread);
            awaitEndAside(thread);
        }
        return leaves;
    }

    /**
     * Notes that the destructors of the first thread have run. Before, work got another thread:
     * they may wait for it.
     */
    synchronized void firstHasEnded(GuestThread thread) {
        if (thread.equals(first)) {
            first = thread.successor();
            fresh = null;
            kept = first == null && thread.isKept() ? thread : null;
        }
    }

    /**
     * Has its end noted when it comes: a thread that has left counts as ending as long as its
     * destructors run.
     */
    private void awaitEndAside(GuestThread thread) {
        try {
            aside.accept("end of a guest thread", () -> awaitEndHere(thread));
        } catch (OutOfMemoryError e) {
            // the next release waits for it
        }
    }

    private void awaitEndHere(GuestThread thread) {
        try {
            var _ = awaitEnd(thread, FOREVER);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Returns whether a thread runs no work, or is ending; guest code may have left thread-locals
     * on it.
     */
    synchronized boolean hasIdle() {
        return isIdleOnDuty || idle.size() > (fresh == null ? 0 : 1) || !ending.isEmpty();
    }

    /** Ends the threads that wait for work, and waits until all that are ending have ended. */
    void retireIdle() throws InterruptedException {
        retireIdle(FOREVER, () -> {});
    }

    /**
     * Does the same.
     *
     * @param late is run once if that takes longer than a limit, or a thread is ending that has
     *     taken longer before; then it goes on
     */
    void retireIdle(Duration limit, Runnable late) throws InterruptedException {
        List<GuestThread> all;
        synchronized (this) {
            List<GuestThread> retiring = List.copyOf(idle);
            idle.clear();
            ending.addAll(retiring);
            retiring.forEach(GuestThread::retireAndKeep);
            all = List.copyOf(ending);
        }
        long begin = System.nanoTime();
        boolean isLate = false;
        for (GuestThread thread : all) {
            Duration left = limit.minusNanos(System.nanoTime() - begin);
            if (!isLate && !awaitEnd(thread, isOverdue(thread) ? Duration.ZERO : left)) {
                isLate = true;
                late.run();
            }
            if (isLate) {
                var _ = awaitEnd(thread, FOREVER);
            }
        }
    }

    /**
     * Begins to end the first thread, if it waits for work, and has it begin again and run {@code
     * work} as soon as its destructors have run; then it ends again. Only if it is the only thread
     * that waits or ends: destructors of others might be late.
     *
     * @return the result; empty if that is not so, and nothing has been done
     */
    synchronized <T> Optional<CompletableFuture<T>> endFirstAndRun(Supplier<T> work) {
        if (idle.size() != 1 || !idle.contains(first) || !ending.isEmpty()) {
            return Optional.empty();
        }
        GuestThread before = first;
        GuestThread.Task<T> task = new GuestThread.Task<>(work);
        Optional<GuestThread> next =
                before.beginNext("guest-" + made, new GuestThread.LastTask<>(task));
        if (next.isEmpty()) {
            return Optional.empty();
        }
        made++;
        running++;
        idle.clear();
        fresh = null; // if it cannot be prepared, the work finds that out
        ending.add(before);
        before.setSuccessor(next.get());
        before.retireAndKeep();
        return Optional.of(task.done());
    }

    /** Lets the Java thread that is kept end: no work comes any more. */
    public synchronized void close() {
        if (kept != null) {
            kept.endWithLife();
            kept = null;
        }
    }

    private synchronized boolean isOverdue(GuestThread thread) {
        return overdue.contains(thread);
    }

    private boolean awaitEnd(GuestThread thread, Duration limit) throws InterruptedException {
        boolean hasEnded = thread.awaitEnd(limit);
        synchronized (this) {
            if (hasEnded) {
                ending.remove(thread);
                overdue.remove(thread);
            } else if (ending.contains(thread)) {
                overdue.add(thread);
            }
        }
        return hasEnded;
    }

    /**
     * Runs {@code work} on another thread, which is no guest thread, and counts it as a call: it
     * may wait for guest threads.
     *
     * @return the result, once it no longer counts as a call
     * @throws RejectedExecutionException if as many calls run already as may, or no thread can be
     *     made
     */
    public synchronized <T> CompletableFuture<T> runAside(Supplier<T> work) {
        admit();
        GuestThread.Task<T> assignment = new GuestThread.Task<>(work);
        start(() -> aside.accept("aside-" + made++, () -> assignment.run(this::ended)));
        return assignment.done();
    }

    /** Notes that a thread cannot be made, and that the call for which it was made has ended. */
    synchronized void refused(GuestThread thread) {
        firstHasEnded(thread);
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
