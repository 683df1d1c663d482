package dev.orcinus.daemon.background;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Gives memory of a daemon back when work has ended, or has left much garbage; but not while a
 * program is being linked, whose objects would all be copied. That is so if something runs and the
 * heap is used: sessions and programs that are open for hours, but for which nothing is done here,
 * keep no memory.
 */
final class Tidying implements Runnable {
    private final DaemonActivity activity;
    private final DaemonHeap heap;
    private final Runnable trim;
    private final Times times;
    private final Consumer<String> log;

    /**
     * How long it waits.
     *
     * @param pause how long nothing begins or ends, and the heap is not used, before it tidies
     * @param fullness how often it looks for garbage while something runs
     */
    record Times(Duration pause, Duration fullness) {}

    /**
     * Tidies the heap of the daemon that has this activity.
     *
     * @param trim gives memory back that is not the heap's
     */
    Tidying(
            DaemonActivity activity,
            DaemonHeap heap,
            Runnable trim,
            Times times,
            Consumer<String> log) {
        this.activity = activity;
        this.heap = heap;
        this.trim = trim;
        this.times = times;
        this.log = log;
    }

    /**
     * Tidies as long as the process lives, or until the thread is interrupted; the first time after
     * a pause, when the compilers have done what the beginning has left them.
     */
    @Override
    public void run() {
        long seen = 0;
        try {
            Thread.sleep(times.pause);
            if (activity.running() == 0) {
                tidy();
            }
            while (true) {
                seen = afterWork(seen);
            }
        } catch (InterruptedException _) {
            // nobody does that, but the thread may as well end
        }
    }

    /**
     * Waits for the end of work, or looks for garbage, and tidies if that is due.
     *
     * @param seen how much had been served to its end when it was tidied last
     * @return how much now; as much as before if the end of a link has to be waited for
     */
    long afterWork(long seen) throws InterruptedException {
        long ended = activity.awaitPause(seen, times.pause, times.fullness);
        boolean isDue = ended != seen || heap.isFull();
        if (!isDue || isLinking()) {
            return seen;
        }
        tidy();
        return ended;
    }

    private boolean isLinking() throws InterruptedException {
        return activity.running() > 0 && !heap.isUnusedFor(times.pause);
    }

    /** Gives memory back that nobody needs now. A failure leaves the daemon as it is. */
    void tidy() {
        try {
            heap.tidy();
            trim.run();
        } catch (RuntimeException e) {
            log.accept("memory is not given back: " + e);
        }
    }
}
