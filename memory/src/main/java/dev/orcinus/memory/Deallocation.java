package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Allocations, and perhaps reservations, that have left the books and wait for their dealloc
 * actions. {@link #run} is called once, on a guest thread if {@link #runsGuestCode}.
 */
public final class Deallocation {
    private final MemoryManager manager;
    private final List<FinalizedAllocation> allocations;
    private final List<Reservation> reservations;
    private final AllocationFailures failures;

    /**
     * Allocations and reservations that have left the books.
     *
     * @param allocations in the order in which their actions run
     * @param reservations to be unmapped afterwards
     * @param failures the failures so far
     */
    Deallocation(
            MemoryManager manager,
            List<FinalizedAllocation> allocations,
            List<Reservation> reservations,
            AllocationFailures failures) {
        this.manager = manager;
        this.allocations = allocations;
        this.reservations = reservations;
        this.failures = failures;
    }

    /**
     * Returns whether it concerns reserved memory only, in which nothing is initialized, or no
     * longer: what has been was waited for when it was deinitialized.
     */
    public boolean isOfUnused() {
        return allocations.isEmpty();
    }

    /** Returns whether its memory stays reserved, for other allocations. */
    public boolean keepsReservations() {
        return reservations.isEmpty();
    }

    /** Returns whether a dealloc action runs guest code. */
    public boolean runsGuestCode() {
        for (FinalizedAllocation allocation : allocations) {
            if (allocation.runsGuestCode()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the pages that hold code. */
    public List<AddressRange> code() {
        List<AddressRange> pages = new ArrayList<>(allocations.size());
        for (FinalizedAllocation allocation : allocations) {
            pages.addAll(allocation.origin().codePages());
        }
        return pages;
    }

    /** Returns whether it concerns the allocation with this key. */
    public boolean isOf(ExecutorAddress key) {
        return allocations.stream().anyMatch(allocation -> allocation.key().equals(key));
    }

    /** Runs the dealloc actions. */
    public void runActions() {
        for (FinalizedAllocation allocation : allocations) {
            allocation.runDeallocActions(failures);
        }
    }

    /**
     * Runs the dealloc actions as long as the guest lives. If one of them ends it, and it returns
     * to the state before, what those before that one have done in it is undone; so those wait
     * again, but for that one, with the others. If others have ended it, that one waits again, too,
     * once.
     */
    public void runActions(ActionGuest guest) {
        Deque<Runnable> undoings = new ArrayDeque<>();
        for (FinalizedAllocation allocation : allocations) {
            if (!allocation.runDeallocActions(failures, guest, undoings)) {
                undoings.forEach(Runnable::run);
                return;
            }
        }
    }

    /**
     * Gives the memory back, after {@link #runActions}. A failure does not stop it, but the end of
     * the guest does: what it has not given back is in the books again, and can be given back if it
     * returns to an earlier state.
     *
     * @throws AllocationException the first failure of both parts, with the later ones suppressed
     *     in it
     */
    public void giveBack() throws AllocationException {
        int done = 0;
        try {
            for (FinalizedAllocation allocation : allocations) {
                manager.giveBack(allocation.pages(), allocation.origin(), failures);
                done++;
            }
            manager.unmap(reservations, failures);
        } catch (GuestGoneException gone) {
            manager.putBack(allocations.subList(done, allocations.size()), reservations);
            failures.suppressIn(gone);
            throw gone;
        }
        failures.throwIfAny();
    }

    /**
     * Does both parts, on this thread.
     *
     * @throws AllocationException as {@link #giveBack} does
     */
    public void run() throws AllocationException {
        runActions();
        giveBack();
    }
}
