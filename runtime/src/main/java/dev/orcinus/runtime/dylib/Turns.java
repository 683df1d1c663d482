package dev.orcinus.runtime.dylib;

import java.util.HashMap;
import java.util.Map;

/**
 * Who initializes or closes which dylib: one thread each, and others wait for it. A thread that
 * would wait for itself, because it comes back from an initializer or because dylibs depend on each
 * other in a circle and two threads have begun at different ends, goes on without. Guarded by this
 * object's lock.
 */
final class Turns {
    private final Map<DylibState, Thread> owners = new HashMap<>();
    private final Map<Thread, DylibState> waiting = new HashMap<>();

    /**
     * Waits until nobody else is at work on {@code dylib} and takes the turn.
     *
     * @return false if this thread has it already, or waiting would never end
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

    /** Waits for a change; answers whether it was interrupted, which ends no wait here. */
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

    /** Whether {@code first} is {@code me}, or waits for a thread that is or does. */
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

    /** Whether some thread is at work on {@code dylib}. */
    synchronized boolean isTaken(DylibState dylib) {
        return owners.containsKey(dylib);
    }

    synchronized void giveBack(DylibState dylib) {
        owners.remove(dylib);
        notifyAll();
    }
}
