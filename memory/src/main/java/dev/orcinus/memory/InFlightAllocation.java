package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * An allocation that is being filled. It ends exactly once: by {@link #finish}, or by {@link
 * #abandon}, which gives its pages back to the reservation. One thread at a time may use it.
 * Mirrors LLVM's {@code JITLinkMemoryManager::InFlightAlloc}.
 */
public final class InFlightAllocation {
    private final MemoryManager manager;
    private final List<Segment> segments = new ArrayList<>(4);
    private Reservation home;
    private volatile boolean published;
    private volatile boolean open = true;

    InFlightAllocation(MemoryManager manager) {
        this.manager = manager;
    }

    boolean isOpen() {
        return open;
    }

    /** Returns whether guest code may use its memory. */
    boolean isPublished() {
        return published;
    }

    /** Returns the reservation that all segments lie in; null as long as there is none. */
    Reservation home() {
        return home;
    }

    /**
     * Adds a segment and clears the bytes that its content will not cover.
     *
     * @param contentBytes length of the content, unsigned
     * @return memory of {@code contentBytes} for the content, which is the caller's until {@link
     *     #finish}
     * @throws AllocationException if the content is longer than the segment, or the segment is
     *     misaligned, not inside the reservation of those before it, or overlaps another
     */
    public MemorySegment addSegment(
            AllocGroup group, ExecutorAddress address, long sizeBytes, long contentBytes)
            throws AllocationException {
        if (Long.compareUnsigned(contentBytes, sizeBytes) > 0) {
            throw new AllocationException(
                    new AddressRange(address, address),
                    "Segment "
                            + address
                            + " content size (0x"
                            + Long.toHexString(contentBytes)
                            + " bytes) exceeds segment size (0x"
                            + Long.toHexString(sizeBytes)
                            + " bytes)",
                    null);
        }
        Segment segment = add(group, address, sizeBytes);
        return manager.fill(segment, contentBytes, home);
    }

    /**
     * Adds a segment whose content is in place already: the controller writes shared memory itself.
     *
     * @throws AllocationException as {@link #addSegment} does
     */
    public void addFilledSegment(AllocGroup group, ExecutorAddress address, long sizeBytes)
            throws AllocationException {
        add(group, address, sizeBytes);
    }

    private Segment add(AllocGroup group, ExecutorAddress address, long sizeBytes)
            throws AllocationException {
        requireOpen();
        AddressRange range = Pages.range(address, sizeBytes, "segment");
        Segment segment = manager.segment(group, range, this);
        home = manager.claim(segment, this);
        segments.add(segment);
        return segment;
    }

    /**
     * Requires that the lowest segment starts a reservation: LLVM 19 finalizes whole reservations.
     *
     * @throws AllocationException if it does not
     */
    public void requireWholeReservation() throws AllocationException {
        if (!segments.isEmpty() && !home.range().start().equals(key())) {
            throw new AllocationException(
                    lowest().range(), "Attempt to finalize unrecognized allocation " + key(), null);
        }
    }

    /** Returns the lowest segment address, by which the controller will know the allocation. */
    public ExecutorAddress key() {
        return lowest().range().start();
    }

    /** Returns whether there is no segment. */
    public boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Returns whether it has a segment that will be executable. */
    public boolean hasCode() {
        for (Segment segment : segments) {
            if (segment.isCode()) {
                return true;
            }
        }
        return false;
    }

    private Segment lowest() {
        Segment lowest = segments.getFirst();
        for (Segment segment : segments) {
            lowest =
                    segment.range().start().compareTo(lowest.range().start()) < 0
                            ? segment
                            : lowest;
        }
        return lowest;
    }

    /**
     * Publishes the segments, runs the finalize actions, gives finalize-lifetime memory back. Must
     * run on a guest thread if one of the actions runs guest code. If it fails, or the guest ends
     * meanwhile, the dealloc actions of the actions that succeeded have run and the pages are free
     * in their reservation again.
     *
     * @return the key
     */
    public ExecutorAddress finish(List<AllocationActions.Pair> actions) throws AllocationException {
        requireOpen();
        FinalizedAllocation allocation = enter();
        try {
            manager.publish(segments);
            published = true;
            AllocationActions.runFinalize(actions, lowest().range(), allocation.deallocActions());
            giveTransientBack();
        } catch (AllocationException | RuntimeException failure) {
            undo(allocation, failure);
            throw failure;
        }
        open = false;
        return key();
    }

    private void undo(FinalizedAllocation allocation, Exception failure) {
        AllocationFailures later = new AllocationFailures();
        allocation.runDeallocActions(later);
        later.suppressIn(failure);
        manager.discard(allocation);
        abandonAfter(failure);
    }

    /**
     * Enters the allocation into the books. From now on it is found by address, so that
     * registrations by its actions are tied to it.
     */
    private FinalizedAllocation enter() throws AllocationException {
        try {
            return manager.enter(key(), pages(Segment::staysMapped), this);
        } catch (AllocationException failure) {
            abandonAfter(failure);
            throw failure;
        }
    }

    private void giveTransientBack() throws AllocationException {
        giveBack(pages(segment -> !segment.staysMapped()));
    }

    /** Returns the pages that hold code as long as the allocation is finalized. */
    List<AddressRange> codePages() {
        return pages(Segment::isLastingCode);
    }

    private List<AddressRange> pages(Predicate<Segment> which) {
        List<AddressRange> pages = new ArrayList<>(segments.size());
        for (Segment segment : segments) {
            if (which.test(segment) && !segment.pages().isEmpty()) {
                pages.add(segment.pages());
            }
        }
        return pages;
    }

    private void giveBack(List<AddressRange> pages) throws AllocationException {
        AllocationFailures failures = new AllocationFailures();
        manager.giveBack(pages, this, failures);
        failures.throwIfAny();
    }

    private void abandonAfter(Exception failure) {
        try {
            abandon();
        } catch (AllocationException | RuntimeException more) {
            failure.addSuppressed(more);
        }
    }

    /** Gives all pages back to their reservations. Does nothing if the allocation has ended. */
    public void abandon() throws AllocationException {
        if (!open) {
            return;
        }
        try {
            giveBack(pages(_ -> true));
        } finally {
            open = false;
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the allocation has ended");
        }
    }
}
