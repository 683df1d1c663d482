package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls of functions of a guest whose results nobody wants. They are made in their order, with one
 * request, before anything else that a thread of the guest does for this process. Many threads may
 * use it; its lock guards it, and is held while the calls are made, so that nobody overtakes them.
 */
public final class PendingCalls {
    private List<long[]> entries = new ArrayList<>();

    /** How many have not been made; they count until they have returned. */
    private volatile int count;

    PendingCalls() {}

    /** Adds a call. */
    public synchronized void add(ExecutorAddress function, long... registers) {
        entries.add(CallList.entry(function, registers));
        count = entries.size();
    }

    /** Returns whether there is none. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Makes the calls on a thread of the guest. */
    void makeOn(NativeThread thread) {
        if (count > 0) {
            makeAll(thread);
        }
    }

    /** The request itself comes here again, and finds no calls. */
    private synchronized void makeAll(NativeThread thread) {
        if (!entries.isEmpty()) {
            makeBefore(new CallList(), thread);
        }
    }

    /** Makes the calls, and those of a list behind them; see {@link CallList#run(NativeThread)}. */
    synchronized boolean makeBefore(CallList list, NativeThread thread) {
        List<long[]> before = entries;
        entries = new ArrayList<>();
        boolean done = list.run(thread, before);
        count = entries.size();
        return done;
    }

    /** Forgets the calls, because their process is gone. */
    synchronized void clear() {
        entries.clear();
        count = 0;
    }
}
