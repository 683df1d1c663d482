package dev.orcinus.loader.lifetime;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Decides whether lifetimes end: all of those that are given, or none if a call is inside. One
 * decision is made at a time.
 *
 * <p>Calls write down that they are inside without a barrier, which would cost more than the call
 * itself. So all threads have to pass a handshake before the seats are read: that of closing a
 * shared arena, on which the safety of shared memory segments rests in the same way. A thread that
 * has found a lifetime going on has written its entry before it passes the handshake, because it
 * writes first and looks then; one that looks afterwards finds the lifetime ending. The compiler
 * may swap the write and the look, but no handshake can come between them then.
 */
public final class Ending {
    private static final ReentrantLock DECISIONS = new ReentrantLock();

    private Ending() {}

    /**
     * Begins the end of lifetimes; those that are ending already are left alone. From then on calls
     * are refused, but for those of the thread that has called this, and of others that clean up.
     *
     * @param ending what is to end
     * @param users lifetimes of code that may be calling that of {@code ending}
     * @param cleaners whether the current thread is a further one of those that clean up
     * @throws IllegalStateException if a call is inside; everything goes on then
     */
    public static void begin(
            Collection<Lifetime> ending, Collection<Lifetime> users, BooleanSupplier cleaners) {
        DECISIONS.lock();
        try {
            List<Lifetime> begun = ending.stream().filter(Lifetime::putUnderDecision).toList();
            Optional<String> inside = findInside(begun, users);
            if (inside.isPresent()) {
                begun.forEach(Lifetime::cancelEnd);
                throw new IllegalStateException(
                        begun.getFirst() + " stays as long as " + inside.get());
            }
            beginToEnd(begun, cleaners);
        } finally {
            DECISIONS.unlock();
        }
    }

    /** Begins the end of lifetimes, also if calls are inside: of code in another process. */
    public static void force(Collection<Lifetime> ending, BooleanSupplier cleaners) {
        beginToEnd(ending.stream().filter(Lifetime::putUnderDecision).toList(), cleaners);
    }

    private static void beginToEnd(List<Lifetime> begun, BooleanSupplier cleaners) {
        Thread ender = Thread.currentThread();
        BooleanSupplier mayCall = () -> Thread.currentThread() == ender || cleaners.getAsBoolean();
        begun.forEach(lifetime -> lifetime.beginToEnd(mayCall));
    }

    private static Optional<String> findInside(
            Collection<Lifetime> begun, Collection<Lifetime> users) {
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        return findBusy(begun, users)
                .map(
                        gate ->
                                "a call of '%s' is inside of %s"
                                        .formatted(gate.function(), gate.lifetime()))
                .or(() -> findAtWork(users));
    }

    /** Whoever ends a lifetime has its own initializers and finalizers in hand. */
    private static Optional<String> findAtWork(Collection<Lifetime> users) {
        return users.stream()
                .filter(Lifetime::isAtWork)
                .findFirst()
                .map(user -> "an initializer or a finalizer of " + user + " runs");
    }

    private static Optional<FunctionGate> findBusy(
            Collection<Lifetime> begun, Collection<Lifetime> users) {
        List<FunctionGate> gates = new ArrayList<>();
        begun.forEach(lifetime -> gates.addAll(lifetime.gates()));
        users.forEach(lifetime -> gates.addAll(lifetime.gates()));
        if (gates.stream().anyMatch(FunctionGate::isUsedElsewhere)) {
            shakeHands();
        }
        return gates.stream().filter(FunctionGate::isInside).findFirst();
    }

    /** Has every thread pass a point where all that it has written is to be seen. */
    @SuppressWarnings("EmptyTryBlock") // closing is the point
    private static void shakeHands() {
        try (Arena _ = Arena.ofShared()) {}
    }
}
