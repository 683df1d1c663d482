package dev.orcinus.runtime.dylib;

import java.util.HashMap;
import java.util.Map;

/**
 * The turns of dylibs: the thread that has the turn of a dylib initializes or closes it, and others
 * wait for it. A thread that would wait for itself goes on without the turn; that happens when an
 * initializer calls back, and when two threads meet in a circle of dependencies. This object's lock
 * guards it.
 */
final class Turns {
    private final Map<DylibState, Thread> owners = new HashMap<>();
    private final Map<Thread, DylibState> waiting = new HashMap<>();

    /**
     * Waits until no other thread has the turn of {@code dylib} and takes it.
     *
     * @return false if this thread has the turn already, or waiting would never end
     */
    synchronized boolean take(DylibState dylib) {
        Thread me = Thread.currentThread();
        boolean interrupted = false;
        try {
            while (owners.containsKey(dylib)) {
                if (leadsTo(me, owners.get(dylib))) {
                    return false;
                }
                interrupted |= waitFor(dylib, me);
            }
        } finally {
            if (interrupted) {
                me.interrupt();
            }
        }
        owners.put(dylib, me);
        return true;
    }

    /**
     * Waits for a change and returns whether the wait was interrupted; the caller goes on waiting
     * then.
     */
    @SuppressWarnings("WaitNotInLoop") // the loop is take's
    private boolean waitFor(DylibState dylib, Thread me) {
        waiting.put(me, dylib);
        try {
            wait();
            return false;
        } catch (InterruptedException e) {
            return true;
        } finally {
            waiting.remove(me);
        }
    }

    /**
     * Returns whether {@code first} is {@code me}, or waits for {@code me} directly or through
     * other threads.
     */
    private boolean leadsTo(Thread me, Thread first) {
        Thread thread = first;
        while (thread != null && !thread.equals(me)) {
            DylibState awaited = waiting.get(thread);
            thread = awaited == null ? null : owners.get(awaited);
        }
        return thread != null;
    }

    synchronized boolean isMine(DylibState dylib) {
        return Thread.currentThread().equals(owners.get(dylib));
    }

    /** Returns whether this thread has the turn of some dylib. */
    synchronized boolean isSomeMine() {
        return owners.containsValue(Thread.currentThread());
    }

    /** Returns whether some thread has the turn of {@code dylib}. */
    synchronized boolean isTaken(DylibState dylib) {
        return owners.containsKey(dylib);
    }

    synchronized void giveBack(DylibState dylib) {
        owners.remove(dylib);
        notifyAll();
    }
}
