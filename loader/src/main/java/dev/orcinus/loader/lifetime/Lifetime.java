package dev.orcinus.loader.lifetime;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * How long the code and the data of an object, or what a dylib has given out, may be used. It goes
 * on until {@link Ending} has decided that it ends; then only those may call who clean up, and when
 * they have, it has ended. For many threads; this object's lock guards the state, and is held for a
 * few instructions only.
 */
public final class Lifetime {
    private final String owner;
    private final String afterwards;
    private final Map<String, FunctionGate> gates = new HashMap<>();
    private State state = State.GOING_ON;
    private BooleanSupplier mayStillCall = () -> false;
    private Arena arena;

    /** How many of its initializers, finalizers and the like are running. */
    private final AtomicInteger work = new AtomicInteger();

    /** Whether the state is another one than that it is going on; calls look at this alone. */
    private volatile boolean ending;

    private enum State {
        GOING_ON,
        /** Somebody finds out whether it can end. */
        UNDER_DECISION,
        /** Clean-up is running. */
        ENDING,
        ENDED
    }

    /**
     * A lifetime that is going on.
     *
     * @param owner whose, for messages
     * @param afterwards what can be said of the owner then: "is closed"
     */
    public Lifetime(String owner, String afterwards) {
        this.owner = owner;
        this.afterwards = afterwards;
    }

    /**
     * The way into one of its functions.
     *
     * @throws IllegalStateException if it does not go on
     */
    public synchronized FunctionGate gate(String function) {
        requireGoingOn();
        return gates.computeIfAbsent(function, name -> FunctionGate.of(name, this));
    }

    /**
     * The arena of the segments and the addresses that end with it.
     *
     * @throws IllegalStateException if it does not go on
     */
    @SuppressWarnings("MustBeClosedChecker") // end() closes it
    public synchronized Arena arena() {
        requireGoingOn();
        if (arena == null) {
            arena = Arena.ofShared();
        }
        return arena;
    }

    /**
     * Requires that it goes on; waits if that is being decided.
     *
     * @throws IllegalStateException if it does not
     */
    public synchronized void requireGoingOn() {
        awaitDecision();
        if (state != State.GOING_ON) {
            throw gone();
        }
    }

    private IllegalStateException gone() {
        return new IllegalStateException(owner + " " + afterwards);
    }

    /** A decision takes a handshake of all threads, and does not depend on any of them. */
    private void awaitDecision() {
        boolean interrupted = false;
        while (state == State.UNDER_DECISION) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isEnding() {
        return ending;
    }

    /** A call has gone in although the lifetime may end: goes out again, and waits if it may. */
    void enterLate(Seat seat) {
        while (!isCallable()) {
            seat.leave();
            requireCallable();
            seat.enter();
        }
    }

    private void requireCallable() {
        synchronized (this) {
            awaitDecision();
        }
        if (!isCallable()) {
            throw gone();
        }
    }

    private boolean isCallable() {
        BooleanSupplier cleaners;
        synchronized (this) {
            if (state != State.ENDING) {
                return state == State.GOING_ON;
            }
            cleaners = mayStillCall;
        }
        return cleaners.getAsBoolean();
    }

    /** Puts it under decision, if it is going on, and returns whether it was. */
    synchronized boolean putUnderDecision() {
        if (state != State.GOING_ON) {
            return false;
        }
        become(State.UNDER_DECISION);
        return true;
    }

    /**
     * Code of it begins to run that nobody calls through a gate: initializers, finalizers and the
     * like. As long as it runs, nothing ends that the code refers to.
     */
    public void beginWork() {
        work.incrementAndGet();
    }

    /** The reverse of {@link #beginWork}. */
    public void endWork() {
        work.decrementAndGet();
    }

    boolean isAtWork() {
        return work.get() > 0;
    }

    synchronized List<FunctionGate> gates() {
        return List.copyOf(gates.values());
    }

    /** It goes on after all, if it has not ended. */
    public synchronized void cancelEnd() {
        if (state != State.ENDED) {
            become(State.GOING_ON);
        }
    }

    /**
     * It ends.
     *
     * @param cleaners tells whether the current thread is one of those that clean up
     */
    synchronized void beginToEnd(BooleanSupplier cleaners) {
        mayStillCall = cleaners;
        become(State.ENDING);
    }

    private void become(State next) {
        state = next;
        ending = next != State.GOING_ON;
        notifyAll();
    }

    /**
     * It has ended, and so have its segments.
     *
     * @throws IllegalStateException if a native call is using one of them: it has not ended then
     */
    public synchronized void end() {
        if (arena != null) {
            close(arena);
        }
        arena = null;
        gates.clear();
        become(State.ENDED);
    }

    private void close(Arena used) {
        try {
            used.close();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    owner + " stays as long as a native call uses a memory segment of it", e);
        }
    }

    @Override
    public String toString() {
        return owner;
    }
}
