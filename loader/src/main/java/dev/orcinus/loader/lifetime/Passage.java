package dev.orcinus.loader.lifetime;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls that were inside of functions at a moment, until they have returned. Calls that have
 * begun since do not count, unless a thread makes one call after the other so that it is never seen
 * outside. One thread at a time may use it.
 */
public final class Passage {
    private final List<Seat> seats;

    Passage(List<FunctionGate> gates) {
        this.seats = new ArrayList<>();
        gates.forEach(gate -> seats.addAll(gate.busy()));
    }

    /** Returns whether all of these calls have returned. */
    public boolean isOver() {
        seats.removeIf(seat -> seat.count() == 0 || seat.isFree());
        return seats.isEmpty();
    }
}
