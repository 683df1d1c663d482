package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/**
 * Calls of functions of a guest whose results nobody wants. They are made in their order, with one
 * request, before anything else that a thread of the guest does for this process. Many threads may
 * use it; its lock guards it, and is held while the calls are made, so that nobody overtakes them.
 */
public final class PendingCalls {
    private List<long[]> entries = new ArrayList<>();

    /** How many have not been made; they count until they have returned. */
    private volatile int count;

    /** Calls that the guest makes with a request that lasts longer; null if there are none. */
    private final AtomicReference<Progress> ahead = new AtomicReference<>();

    private final IntFunction<GuestGoneException> onFailure;

    /**
     * No calls so far.
     *
     * @param onFailure gets the {@code errno} of a call that must not fail and has failed; ends the
     *     guest, and returns the exception for those who use it
     */
    PendingCalls(IntFunction<GuestGoneException> onFailure) {
        this.onFailure = onFailure;
    }

    /** Adds a call. */
    public synchronized void add(ExecutorAddress function, long... registers) {
        add(CallList.entry(function, registers));
    }

    /** Adds a call that fails if its result is -1, which ends the guest. */
    public synchronized void addOrEnd(ExecutorAddress function, long... registers) {
        add(CallList.stoppingEntry(function, registers));
    }

    private void add(long[] entry) {
        entries.add(entry);
        count = entries.size();
    }

    /** Returns how many there are. */
    public int count() {
        return count;
    }

    /**
     * Makes the calls on a thread of the guest. If that thread has taken others with it and has not
     * made them, these calls come behind them, and others wait for the thread: it goes on.
     */
    void makeOn(NativeThread thread) {
        boolean isWaiting = count > 0; // first: those that go ahead are noted before it is zero
        Progress progress = ahead.get();
        boolean isUnderWay = progress != null && !progress.isMade();
        if (isUnderWay ? !progress.isOf(thread) : isWaiting) {
            makeAll(thread);
        }
    }

    /** Returns whether calls are left that the guest has not made. */
    boolean hasWork() {
        boolean isWaiting = count > 0; // first, as in makeOn
        Progress progress = ahead.get();
        return isWaiting || (progress != null && !progress.isMade());
    }

    /** The request itself comes here again, and finds no calls. */
    private synchronized void makeAll(NativeThread thread) {
        awaitThoseAhead(thread);
        if (!entries.isEmpty()) {
            makeBefore(new CallList(), thread);
        }
    }

    /** Makes the calls, and those of a list behind them; see {@link CallList#run(NativeThread)}. */
    synchronized boolean makeBefore(CallList list, NativeThread thread) {
        awaitThoseAhead(thread);
        List<long[]> before = entries;
        entries = new ArrayList<>();
        boolean done = list.run(thread, before);
        count = entries.size();
        if (list.made() <= 0 && list.errno() != 0) {
            throw onFailure.apply(list.errno());
        }
        return done;
    }

    /**
     * Makes the calls, and a call of guest code behind them with the same request. Other threads go
     * on as soon as the guest has made the calls, whenever guest code returns.
     *
     * @return the first return register
     */
    long makeBefore(NativeThread thread, ExecutorAddress function, long... registers) {
        Progress progress = Progress.of(thread);
        if (progress == null) {
            makeAll(thread);
            return thread.call(function, registers);
        }
        CallList list = new CallList();
        list.add(function, registers);
        try {
            list.run(thread, begin(progress, thread));
        } finally {
            var _ = ahead.compareAndSet(progress, null); // another thread may be ahead by now
            progress.end();
        }
        if (list.made() <= 0) {
            throw onFailure.apply(list.errno());
        }
        return list.result(0);
    }

    private synchronized List<long[]> begin(Progress progress, NativeThread thread) {
        awaitThoseAhead(thread);
        List<long[]> before = entries;
        entries = new ArrayList<>();
        before.add(progress.entry());
        ahead.set(progress);
        count = 0;
        return before;
    }

    /** Waits until the guest has made the calls of {@link #begin}, unless they are the caller's. */
    private void awaitThoseAhead(NativeThread caller) {
        Progress progress = ahead.get();
        while (progress != null
                && progress.equals(ahead.get())
                && !progress.isOf(caller)
                && !progress.isMade()) {
            Thread.onSpinWait();
        }
    }

    /** Forgets the calls, because their process is gone. */
    synchronized void clear() {
        entries.clear();
        count = 0;
    }
}
