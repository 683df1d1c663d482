package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
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
        int total = actions.size();
        int done = 0;
        for (AllocationAction action = actions.poll(); action != null; action = actions.poll()) {
            try {
                action.run();
            } catch (AllocationAction.ActionFailedException | RuntimeException e) {
                failures.add(failed("dealloc", done, total, action, range, e));
            }
            done++;
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
