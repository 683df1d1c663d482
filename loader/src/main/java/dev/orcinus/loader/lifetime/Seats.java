package dev.orcinus.loader.lifetime;

import java.util.ArrayList;
import java.util.List;

/**
 * The seats of all threads that have called a function; the first one has a seat of its own.
 * Threads find theirs without a lock; taking one, and looking at all, needs this object's lock.
 */
final class Seats {
    private static final int SLOTS = 32;

    private final Seat first;
    private volatile Seat[] slots = {};

    Seats(Seat first) {
        this.first = first;
    }

    /** The seat of the current thread, which has not got the first one. */
    Seat mine(long threadId) {
        Seat[] table = slots;
        if (table.length != 0) {
            for (Seat seat = table[slot(threadId)]; seat != null; seat = seat.next()) {
                if (seat.belongsTo(threadId)) {
                    return seat;
                }
            }
        }
        return take(Thread.currentThread());
    }

    private static int slot(long threadId) {
        return (int) threadId & (SLOTS - 1);
    }

    private synchronized Seat take(Thread thread) {
        if (first.isFree()) {
            first.take(thread);
            return first;
        }
        if (slots.length == 0) {
            slots = new Seat[SLOTS];
        }
        Seat seat = vacant(slot(thread.threadId()), thread.threadId());
        seat.take(thread);
        return seat;
    }

    /** The seat of a thread that did not see it, or one that has become free, or a new one. */
    private Seat vacant(int slot, long threadId) {
        for (Seat seat = slots[slot]; seat != null; seat = seat.next()) {
            if (seat.belongsTo(threadId) || seat.isFree()) {
                return seat;
            }
        }
        slots[slot] = new Seat(slots[slot]);
        return slots[slot];
    }

    /** The seats of threads that have not ended. */
    synchronized List<Seat> taken() {
        List<Seat> taken = new ArrayList<>();
        addTaken(first, taken);
        for (Seat head : slots) {
            addTaken(head, taken);
        }
        return taken;
    }

    private static void addTaken(Seat head, List<Seat> taken) {
        for (Seat seat = head; seat != null; seat = seat.next()) {
            if (!seat.isFree()) {
                taken.add(seat);
            }
        }
    }
}
