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
 * @param known returns the guests that run, and what is known of their processes; is asked when the
 *     children have been looked up
 * @param reaper reaps a child that has ended, without waiting; returns its id, or 0 if it has not
 */
record Unmarked(
        int keeper,
        Supplier<List<Births>> births,
        Supplier<KnownProcesses> known,
        IntUnaryOperator reaper) {
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
                unknown(ProcessChildren.of(keeper)).stream().filter(isDue::test).toList();
        boolean isCertain = all.equals(births.get());
        for (int i = 0; i < stamps.size(); i++) {
            isCertain &= all.get(i).holds(stamps.get(i));
        }
        if (isCertain && !unknown.isEmpty()) {
            Strays.pause(); // one that executes a file has no environment for a moment
            unknown(unknown).forEach(this::end);
        }
        return !unknown.isEmpty();
    }

    private List<Integer> unknown(List<Integer> children) {
        KnownProcesses now = known.get();
        return children.stream()
                .filter(child -> !now.has(child) && !now.hasStarted(child))
                .toList();
    }

    private void end(int child) {
        Signal.kill(ErrnoState.IGNORED, child, Signal.SIGKILL);
        var _ = reaper.applyAsInt(child);
    }
}
