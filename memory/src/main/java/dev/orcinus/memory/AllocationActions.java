package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Runs allocation actions: finalize actions in order, keeping the dealloc action of each that
 * succeeded; dealloc actions in reverse. Mirrors LLVM's {@code shared::runFinalizeActions} and
 * {@code runDeallocActions}.
 */
public final class AllocationActions {
    private AllocationActions() {}

    /**
     * Both halves of an allocation action.
     *
     * @param finalizeAction run once the segments are in place
     * @param deallocAction run before deallocation
     */
    public record Pair(AllocationAction finalizeAction, AllocationAction deallocAction) {
        /** Returns whether either half runs guest code. */
        public boolean runsGuestCode() {
            return finalizeAction.runsGuestCode() || deallocAction.runsGuestCode();
        }
    }

    /**
     * Runs the finalize actions and pushes the dealloc action of each that succeeds.
     *
     * @throws AllocationException that names the action which failed
     */
    static void runFinalize(List<Pair> pairs, AddressRange range, Deque<AllocationAction> kept)
            throws AllocationException {
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            try {
                pair.finalizeAction.run();
            } catch (AllocationAction.ActionFailedException | RuntimeException e) {
                throw failed("finalize", i, pairs.size(), pair.finalizeAction, range, e);
            }
            if (!pair.deallocAction.function().isNull()) {
                kept.push(pair.deallocAction);
            }
        }
    }

    /**
     * Runs dealloc actions from the head; a failure goes into {@code failures} and stops nothing.
     */
    static void runDealloc(
            Deque<AllocationAction> actions, AddressRange range, AllocationFailures failures) {
        var _ = runDealloc(actions, range, failures, ActionGuest.LASTING, new ArrayDeque<>());
    }

    /**
     * Does the same as long as the guest lives. An action during which others have ended it runs
     * once more; they may be threads that it has made.
     *
     * @param undoings gets, at its head, what puts an action back that has run guest code, and has
     *     not ended the guest
     * @return whether all have run
     */
    static boolean runDealloc(
            Deque<AllocationAction> actions,
            AddressRange range,
            AllocationFailures failures,
            ActionGuest guest,
            Deque<Runnable> undoings) {
        int total = actions.size();
        int done = 0;
        for (AllocationAction next = actions.poll(); next != null; next = actions.poll()) {
            AllocationAction action = next;
            Exception failure = run(action);
            boolean lives = guest.lives();
            boolean hasLastTry = !lives && mayTryAgain(action) && guest.isEndedByOthers();
            if (failure != null && !hasLastTry) {
                failures.add(failed("dealloc", done, total, action, range, failure));
            }
            if (hasLastTry) {
                undoings.push(() -> actions.push(new LastTry(action)));
            }
            if (!lives) {
                return false;
            }
            if (action.runsGuestCode()) {
                undoings.push(() -> actions.push(action));
            }
            done++;
        }
        return true;
    }

    private static boolean mayTryAgain(AllocationAction action) {
        return action.runsGuestCode() && !(action instanceof LastTry);
    }

    /** An action that has been interrupted before. */
    private record LastTry(AllocationAction action) implements AllocationAction {
        @Override
        public void run() throws ActionFailedException {
            action.run();
        }

        @Override
        public boolean runsGuestCode() {
            return action.runsGuestCode();
        }

        @Override
        public ExecutorAddress function() {
            return action.function();
        }
    }

    /** Runs an action, and returns its failure, or null. */
    private static Exception run(AllocationAction action) {
        try {
            action.run();
            return null;
        } catch (AllocationAction.ActionFailedException | RuntimeException e) {
            return e;
        }
    }

    private static AllocationException failed(
            String half,
            int index,
            int count,
            AllocationAction action,
            AddressRange range,
            Throwable cause) {
        String which =
                half
                        + " action "
                        + (index + 1)
                        + " of "
                        + count
                        + " (function "
                        + action.function()
                        + ")";
        return new AllocationException(range, which + " of allocation " + range, cause);
    }
}
