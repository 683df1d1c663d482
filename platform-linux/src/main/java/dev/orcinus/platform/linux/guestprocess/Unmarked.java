package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.platform.linux.guestprocess.threads.Births;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * Children of the keeper that belong to no guest that runs: code of a guest has made them, and has
 * hidden or overwritten their mark, so that nobody can count them. It has no state of its own.
 *
 * @param keeper the process id of the keeper
 * @param births where guests and their copies are made
 * @param isKnown tells guests, their copies, and what has the mark of a guest that runs
 * @param reaper reaps a child that has ended, without waiting; returns its id, or 0 if it has not
 */
record Unmarked(
        int keeper, Supplier<List<Births>> births, IntPredicate isKnown, IntUnaryOperator reaper) {
    private static final int MOST_ROUNDS = 100;

    /**
     * Ends those that are due, and what becomes the keeper's child by that.
     *
     * @param isDue tells which of them may go
     */
    void endAll(IntPredicate isDue) {
        for (int round = 0; round < MOST_ROUNDS && end(isDue); round++) {
            Strays.pause();
        }
    }

    /**
     * Ends those that are there and due.
     *
     * @return whether there may be more; it does nothing if a process is being made meanwhile
     */
    boolean end(IntPredicate isDue) {
        List<Births> all = births.get();
        List<Long> stamps = all.stream().map(Births::stamp).toList();
        List<Integer> unknown =
                ProcessChildren.of(keeper).stream()
                        .filter(child -> !isKnown.test(child) && isDue.test(child))
                        .toList();
        boolean isCertain = all.equals(births.get());
        for (int i = 0; i < stamps.size(); i++) {
            isCertain &= all.get(i).holds(stamps.get(i));
        }
        if (isCertain && !unknown.isEmpty()) {
            Strays.pause(); // one that executes a file has no environment for a moment
            unknown.stream().filter(child -> !isKnown.test(child)).forEach(this::end);
        }
        return !unknown.isEmpty();
    }

    private void end(int child) {
        Signal.kill(ErrnoState.IGNORED, child, Signal.SIGKILL);
        var _ = reaper.applyAsInt(child);
    }
}
