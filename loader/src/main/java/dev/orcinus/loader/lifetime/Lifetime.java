package dev.orcinus.loader.lifetime;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The time during which the code and data of an object, or the addresses that a dylib has given
 * out, may be used. It goes on until {@link Ending} decides that it ends. Then only threads that
 * clean up may call, and after that it has ended. Several threads may use it. This object's lock
 * guards the state.
 */
public final class Lifetime {
    private final String owner;
    private final String afterwards;
    private final Map<String, FunctionGate> gates = new HashMap<>();
    private State state = State.GOING_ON;
    private BooleanSupplier mayStillCall = () -> false;
    private Arena arena;
    private boolean hasFixedCalls;
    private final List<Runnable> steps = new ArrayList<>();

    /** The place where its end began, if it has begun and places are noted; otherwise null. */
    private Throwable endedHere;

    /** How many of its initializers, finalizers and other functions run without a gate. */
    private final AtomicInteger work = new AtomicInteger();

    /** Whether the state is not {@code GOING_ON}. Calls read only this field. */
    private volatile boolean ending;

    private enum State {
        GOING_ON,
        /** A thread is deciding whether it can end. */
        UNDER_DECISION,
        /** Clean-up is running. */
        ENDING,
        ENDED
    }

    /**
     * Makes a lifetime that goes on.
     *
     * @param owner the name of the object or dylib, for messages
     * @param afterwards describes the owner after the end, for messages: "is closed"
     */
    public Lifetime(String owner, String afterwards) {
        this.owner = owner;
        this.afterwards = afterwards;
    }

    /**
     * Returns the gate of one of its functions.
     *
     * @throws IllegalStateException if the lifetime does not go on
     */
    public synchronized FunctionGate gate(String function) {
        requireGoingOn();
        return gates.computeIfAbsent(function, name -> FunctionGate.of(name, this));
    }

    /**
     * Returns the arena of the segments and addresses that end with the lifetime.
     *
     * @throws IllegalStateException if the lifetime does not go on
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
     * Runs something when the lifetime has ended.
     *
     * @throws IllegalStateException if the lifetime does not go on
     */
    public synchronized void afterwards(Runnable step) {
        requireGoingOn();
        steps.add(step);
    }

    /**
     * Requires that the lifetime goes on. Waits if that is being decided.
     *
     * @throws IllegalStateException if it does not go on
     */
    public synchronized void requireGoingOn() {
        awaitDecision();
        if (state != State.GOING_ON) {
            throw gone();
        }
    }

    private synchronized IllegalStateException gone() {
        return Trace.closed(owner + " " + afterwards, endedHere);
    }

    /**
     * Waits for a decision. It takes one handshake of all threads, and depends on no other thread's
     * progress.
     */
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

    /** Returns whether its end has begun, or is being decided. */
    public boolean isEnding() {
        return ending;
    }

    /**
     * Handles a call that has entered while the state is not {@code GOING_ON}: the call leaves
     * again, waits for a decision, and enters if it may.
     *
     * @param function the name of the function, for the message
     */
    void enterLate(Seat seat, String function) {
        while (!isCallable()) {
            seat.leave();
            requireCallable(function);
            seat.enter();
        }
    }

    private void requireCallable(String function) {
        synchronized (this) {
            awaitDecision();
        }
        if (!isCallable()) {
            IllegalStateException reason = gone();
            throw new IllegalStateException(
                    "'" + function + "' is called, but " + reason.getMessage(), reason.getCause());
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
     * like; or calls that have come through its gates may be in code that has been replaced. As
     * long as it runs, nothing ends that the code refers to.
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

    /** Returns the names of the functions that have a gate. */
    public synchronized List<String> functions() {
        return List.copyOf(gates.keySet());
    }

    /** Gives the segments and addresses so far to another lifetime, with which they end. */
    public void giveArenaTo(Lifetime other) {
        Arena given;
        synchronized (this) {
            given = arena;
            arena = null;
        }
        synchronized (other) {
            other.arena = given;
        }
    }

    /** Returns the calls that are inside now. */
    public Passage passage() {
        Ending.shakeHands();
        return new Passage(gates());
    }

    /** Requires that code of this lifetime is called through its gates and entries only. */
    public synchronized void requireRedirectable() {
        if (hasFixedCalls) {
            throw new IllegalStateException(
                    owner + " has critical or unchecked handles, which cannot be given other code");
        }
    }

    /** Notes that a handle calls an address that cannot be replaced. */
    public synchronized void fixCalls() {
        hasFixedCalls = true;
    }

    synchronized List<FunctionGate> gates() {
        return List.copyOf(gates.values());
    }

    /** Makes the lifetime go on, unless it has ended. */
    public synchronized void cancelEnd() {
        if (state != State.ENDED) {
            become(State.GOING_ON);
        }
    }

    /**
     * Begins the end.
     *
     * @param cleaners tells whether the current thread is one of those that clean up
     */
    synchronized void beginToEnd(BooleanSupplier cleaners) {
        mayStillCall = cleaners;
        endedHere = Trace.here(owner + " " + afterwards.replaceFirst("^(is|has been)", "was"));
        become(State.ENDING);
    }

    private void become(State next) {
        state = next;
        ending = next != State.GOING_ON;
        notifyAll();
    }

    /**
     * Ends the lifetime and closes its segments.
     *
     * @throws IllegalStateException if a native call is using one of the segments; the lifetime has
     *     not ended then
     */
    public void end() {
        endNow().forEach(Runnable::run);
    }

    private synchronized List<Runnable> endNow() {
        if (arena != null) {
            close(arena);
        }
        arena = null;
        gates.clear();
        become(State.ENDED);
        List<Runnable> last = List.copyOf(steps);
        steps.clear();
        return last;
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
