package dev.orcinus.loader.lifetime;

import java.util.ArrayList;
import java.util.List;

/**
 * The seats of all threads that have called a function. The first thread has a seat outside of the
 * table. A thread finds its seat without a lock; taking a seat and reading all seats need this
 * object's lock.
 */
final class Seats {
    private static final int SLOTS = 32;

    private final Seat first;
    private volatile Seat[] slots = {};

    Seats(Seat first) {
        this.first = first;
    }

    /** Returns the seat of the current thread, which does not own the first seat. */
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
        Seat seat = vacant(slot(thread.threadId()));
        seat.take(thread);
        return seat;
    }

    /** Returns a seat for a thread that has none: a free one, or a new one. */
    private Seat vacant(int slot) {
        for (Seat seat = slots[slot]; seat != null; seat = seat.next()) {
            if (seat.isFree()) {
                return seat;
            }
        }
        slots[slot] = new Seat(slots[slot]);
        return slots[slot];
    }

    /** Returns the seats of threads that have not ended. */
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
