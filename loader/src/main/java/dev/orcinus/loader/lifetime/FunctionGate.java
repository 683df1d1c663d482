package dev.orcinus.loader.lifetime;

import java.util.List;

/**
 * The way into one function: each call goes in and comes out through it, so that it is known
 * whether one is inside. For many threads.
 *
 * <p>Going in costs a store and two loads: a thread says in its own {@link Seat} that it is inside,
 * then looks whether the function's lifetime is going on. Whoever ends the lifetime says so first,
 * has all threads pass a handshake, and looks at the seats then; see {@link Ending}. It is a record
 * because the virtual machine takes the fields of records for constants.
 *
 * @param function its name
 * @param lifetime of the code behind it
 * @param first the seat of the first thread that calls
 * @param seats those of all threads
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
        /** It has returned. */
        @Override
        void close();
    }

    /**
     * Begins a call.
     *
     * @return what ends it, on the same thread
     * @throws IllegalStateException if the function is gone, or about to go
     */
    public Call call() {
        return enter(this)::leave;
    }

    static Seat enter(FunctionGate gate) {
        long thread = Thread.currentThread().threadId();
        Seat seat = gate.first.belongsTo(thread) ? gate.first : gate.seats.mine(thread);
        seat.enter();
        if (gate.lifetime.isEnding()) {
            gate.lifetime.enterLate(seat);
        }
        return seat;
    }

    /** Whether another thread than this one has called it. */
    boolean isUsedElsewhere() {
        long here = Thread.currentThread().threadId();
        List<Seat> taken = seats.taken();
        return taken.stream().anyMatch(seat -> !seat.belongsTo(here));
    }

    /** Whether a call is inside. */
    boolean isInside() {
        return seats.taken().stream().anyMatch(seat -> seat.count() > 0);
    }
}
