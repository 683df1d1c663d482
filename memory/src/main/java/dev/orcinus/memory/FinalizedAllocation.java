package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Deque;
import java.util.List;

/**
 * An allocation in the books: its segments are in place, and its finalize actions run or have run.
 *
 * @param key its lowest segment address, by which controllers know it
 * @param serial its place in the order of finalization
 * @param pages the whole pages that it uses
 * @param deallocActions the actions to run before it goes, the first at the head; emptied by
 *     running; safe for many threads
 * @param origin the allocation in flight that it was; open as long as the finalize actions run
 */
record FinalizedAllocation(
        ExecutorAddress key,
        long serial,
        List<AddressRange> pages,
        Deque<AllocationAction> deallocActions,
        InFlightAllocation origin) {
    boolean isSettled() {
        return !origin.isOpen();
    }

    /** Returns the range from the lowest to the highest page, for messages. */
    AddressRange extent() {
        ExecutorAddress end = key;
        for (AddressRange range : pages) {
            end = range.end().compareTo(end) > 0 ? range.end() : end;
        }
        return new AddressRange(key, end);
    }

    boolean holds(ExecutorAddress address) {
        return pages.stream().anyMatch(range -> range.contains(address));
    }

    boolean runsGuestCode() {
        for (AllocationAction action : deallocActions) {
            if (action.runsGuestCode()) {
                return true;
            }
        }
        return false;
    }

    void runDeallocActions(AllocationFailures failures) {
        AllocationActions.runDealloc(deallocActions, extent(), failures);
    }

    /** Does the same as long as the guest lives, see {@link AllocationActions}. */
    boolean runDeallocActions(
            AllocationFailures failures, ActionGuest guest, Deque<Runnable> undoings) {
        return AllocationActions.runDealloc(deallocActions, extent(), failures, guest, undoings);
    }
}
