package dev.orcinus.loader.lifetime;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The decision whether lifetimes end. Either all of the given lifetimes end, or none because a call
 * is inside. One decision is made at a time.
 *
 * <p>A call counts itself in without a memory barrier, because a barrier would cost more than the
 * call. So all threads must pass a handshake before the counts are read. Closing a shared arena
 * makes such a handshake; the safety of shared memory segments depends on it in the same way. A
 * call first writes its count and then reads the state of the lifetime. If it read that the
 * lifetime goes on, it wrote its count before the handshake; if it reads after the handshake, it
 * sees that the lifetime is ending. The compiler may swap the write and the read, but then no
 * handshake can come between them.
 */
public final class Ending {
    private static final ReentrantLock DECISIONS = new ReentrantLock();

    private Ending() {}

    /**
     * Begins the end of lifetimes; those that are ending already do not change. From then on calls
     * are refused, except those of the thread that has called this, and of other threads that clean
     * up.
     *
     * @param ending the lifetimes that end
     * @param users lifetimes of code that may be calling that of {@code ending}
     * @param cleaners tells whether the current thread is another thread that cleans up
     * @throws IllegalStateException if a call is inside; all lifetimes go on then
     */
    public static void begin(
            Collection<Lifetime> ending, Collection<Lifetime> users, BooleanSupplier cleaners) {
        DECISIONS.lock();
        try {
            List<Lifetime> begun = ending.stream().filter(Lifetime::putUnderDecision).toList();
            try {
                requireNobodyInside(begun, users);
                beginToEnd(begun, cleaners);
            } catch (RuntimeException | Error e) {
                begun.forEach(Lifetime::cancelEnd);
                throw e;
            }
        } finally {
            DECISIONS.unlock();
        }
    }

    private static void requireNobodyInside(List<Lifetime> begun, Collection<Lifetime> users) {
        Optional<String> inside = findInside(begun, users);
        if (inside.isPresent()) {
            throw new IllegalStateException(begun.getFirst() + " stays as long as " + inside.get());
        }
    }

    /** Begins the end of lifetimes even if calls are inside, for code in another process. */
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

    /**
     * Whoever ends a lifetime has its own initializers and finalizers in hand, and what it calls is
     * not called any more if it has been replaced.
     */
    private static Optional<String> findAtWork(Collection<Lifetime> users) {
        return users.stream()
                .filter(Lifetime::isAtWork)
                .findFirst()
                .map(user -> "an initializer, a finalizer or replaced code of " + user + " runs");
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

    /** Makes every thread pass a point after which its earlier writes are visible. */
    @SuppressWarnings("EmptyTryBlock") // closing is the point
    static void shakeHands() {
        try (Arena _ = Arena.ofShared()) {}
    }
}
