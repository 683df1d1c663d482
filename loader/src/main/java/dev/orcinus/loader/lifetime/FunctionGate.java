package dev.orcinus.loader.lifetime;

import java.util.List;

/**
 * The entrance of one function. Each call enters and leaves through it, so that it knows whether a
 * call is inside. Several threads may use it.
 *
 * <p>Entering costs a store and two loads: a thread counts itself in at its own {@link Seat}, then
 * reads whether the function's lifetime goes on. A thread that ends the lifetime first sets its
 * state, then makes all threads pass a handshake, and then reads the seats; see {@link Ending}. The
 * gate is a record because the virtual machine treats the fields of records as constants.
 *
 * @param function the function's name
 * @param lifetime the lifetime of the function's code
 * @param first the seat of the first thread that calls
 * @param seats the seats of all threads
 */
public record FunctionGate(String function, Lifetime lifetime, Seat first, Seats seats) {
    private FunctionGate(String function, Lifetime lifetime, Seat first) {
        this(function, lifetime, first, new Seats(first));
    }

    static FunctionGate of(String function, Lifetime lifetime) {
        return new FunctionGate(function, lifetime, new Seat(null));
    }

    /** A call that is inside. */
    @FunctionalInterface
    public interface Call extends AutoCloseable {
        /** Notes that the call has returned. */
        @Override
        void close();
    }

    /**
     * Begins a call.
     *
     * @return the call, which must be closed on the same thread
     * @throws IllegalStateException if the function has been removed or is about to be
     */
    public Call call() {
        return enter(this)::leave;
    }

    static Seat enter(FunctionGate gate) {
        long thread = Thread.currentThread().threadId();
        Seat seat = gate.first.belongsTo(thread) ? gate.first : gate.seats.mine(thread);
        seat.enter();
        if (gate.lifetime.isEnding()) {
            gate.lifetime.enterLate(seat, gate.function);
        }
        return seat;
    }

    /** Returns whether a thread other than this one has called it. */
    boolean isUsedElsewhere() {
        long here = Thread.currentThread().threadId();
        List<Seat> taken = seats.taken();
        return taken.stream().anyMatch(seat -> !seat.belongsTo(here));
    }

    /** Returns the seats of the threads whose calls are inside. */
    List<Seat> busy() {
        return seats.taken().stream().filter(seat -> seat.count() > 0).toList();
    }

    /** Returns whether a call is inside. */
    boolean isInside() {
        return seats.taken().stream().anyMatch(seat -> seat.count() > 0);
    }
}
