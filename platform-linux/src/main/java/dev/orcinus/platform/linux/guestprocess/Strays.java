package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.platform.linux.GuestMark;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * The processes that a guest has started and that are there after its end: they have become
 * children of the keeper. It has no state of its own.
 *
 * @param keeper the process id of the keeper
 * @param known returns the guests that run and their copies, which are children of the keeper as
 *     well, and its children of the time before it was a keeper; is asked when the children have
 *     been looked up
 * @param reaper reaps a child that has ended, without waiting; returns its id, or 0 if it has not
 */
record Strays(int keeper, Supplier<KnownProcesses> known, IntUnaryOperator reaper) {
    private static final int MOST_ROUNDS = 100;
    private static final long PAUSE_MILLIS = 2;

    /**
     * Ends the processes of a guest that has ended. Those that they have started in turn become the
     * keeper's children when they end, so it looks again until none is left.
     *
     * @param guests the process ids that the guest has had; each has led a group
     */
    void end(Set<Integer> guests, GuestMark mark) {
        int session = ProcessState.of(keeper).session();
        boolean isOver = false;
        for (int round = 0; round < MOST_ROUNDS && !isOver; round++) {
            isOver = true;
            for (int child : unknown()) {
                if (isLeft(child, guests, mark, session)) {
                    isOver = false;
                    var _ = reaper.applyAsInt(child);
                }
            }
            if (!isOver) {
                pause();
            }
        }
    }

    /**
     * Returns whether a child of the keeper is what the guest has left, and kills it. One that has
     * ended has no environment any more, but is in the guest's group, or in a session of its own,
     * where no copy of a guest is.
     */
    private boolean isLeft(int child, Set<Integer> guests, GuestMark mark, int session) {
        ProcessState state = ProcessState.of(child);
        if (state.hasEnded()) {
            return guests.contains(state.group()) || state.session() != session;
        }
        if (!mark.isOn(child)) {
            return false;
        }
        Signal.kill(ErrnoState.IGNORED, child, Signal.SIGKILL);
        return true;
    }

    /** Returns the processes of a guest, still running, that have lost their parent. */
    List<Integer> of(GuestMark mark) {
        return unknown().stream().filter(mark::isOn).toList();
    }

    private List<Integer> unknown() {
        List<Integer> children = ProcessChildren.of(keeper);
        KnownProcesses now = known.get();
        return children.stream().filter(child -> !now.has(child)).toList();
    }

    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
