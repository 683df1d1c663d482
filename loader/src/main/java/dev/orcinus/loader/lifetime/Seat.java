package dev.orcinus.loader.lifetime;

import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;

/**
 * One thread's count of its own calls that are inside of a function. Only that thread writes the
 * count. After the thread has ended, another one may take the seat.
 */
final class Seat {
    /** The id of the thread, or 0; written while the gate is locked. */
    private long owner;

    private int inside;
    private WeakReference<Thread> thread = new WeakReference<>(null);

    /** The next seat in the same slot of a table. */
    private final Seat next;

    /** Padding, which keeps the counts of different threads in different cache lines. */
    @SuppressWarnings("unused") // padding
    private long pad0, pad1, pad2, pad3, pad4, pad5;

    Seat(Seat next) {
        this.next = next;
    }

    /** Returns whether this is the seat of the current thread, which has that id. */
    boolean belongsTo(long threadId) {
        return owner == threadId;
    }

    /** Returns whether it has no thread, or its thread has ended. */
    boolean isFree() {
        Thread holder = thread.get();
        return holder == null || !holder.isAlive();
    }

    /** Gives it to a thread. Calls that an ended thread has not left are over. */
    void take(Thread newOwner) {
        inside = 0;
        thread = new WeakReference<>(newOwner);
        owner = newOwner.threadId();
    }

    Seat next() {
        return next;
    }

    /** Counts one more call. The fence keeps the compiler from moving later writes before it. */
    void enter() {
        inside++;
        VarHandle.releaseFence();
    }

    /** Counts one call less. The fence keeps everything that the call did before it. */
    void leave() {
        VarHandle.releaseFence();
        inside--;
    }

    /**
     * Returns the number of calls that are inside. Writes of other threads before a handshake are
     * visible here.
     */
    int count() {
        VarHandle.acquireFence();
        return inside;
    }
}
