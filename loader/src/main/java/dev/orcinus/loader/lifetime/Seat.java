package dev.orcinus.loader.lifetime;

import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;

/**
 * One thread's count of its own calls inside of a function. Only that thread writes the count. Once
 * the thread has ended, another one may take the seat.
 */
final class Seat {
    /** The id of the thread, or 0; written while the gate is locked. */
    private long owner;

    private int inside;
    private WeakReference<Thread> thread = new WeakReference<>(null);

    /** The next seat in the same slot of a table. */
    private final Seat next;

    /** Keeps the counts of different threads apart in the processor's cache. */
    @SuppressWarnings("unused") // takes room
    private long pad0, pad1, pad2, pad3, pad4, pad5;

    Seat(Seat next) {
        this.next = next;
    }

    /** Whether this is the seat of the thread with that id, which is the current one. */
    boolean belongsTo(long threadId) {
        return owner == threadId;
    }

    /** Whether its thread has ended, or it has never had one. */
    boolean isFree() {
        Thread holder = thread.get();
        return holder == null || !holder.isAlive();
    }

    void take(Thread newOwner) {
        thread = new WeakReference<>(newOwner);
        owner = newOwner.threadId();
    }

    Seat next() {
        return next;
    }

    /** One more call is inside. The compiler must not move this behind what comes next. */
    void enter() {
        inside++;
        VarHandle.releaseFence();
    }

    /** One call less is inside; everything that it did comes before this. */
    void leave() {
        VarHandle.releaseFence();
        inside--;
    }

    /** How many calls are inside. What other threads wrote before a handshake is to be seen. */
    int count() {
        VarHandle.acquireFence();
        return inside;
    }
}
