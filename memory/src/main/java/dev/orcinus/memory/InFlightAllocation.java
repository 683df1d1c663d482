package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An allocation that is being filled. Ends exactly once: by {@link #finish} or by {@link #abandon},
 * which gives its pages back to the reservation. For one thread at a time. Mirrors LLVM's {@code
 * JITLinkMemoryManager::InFlightAlloc}.
 */
public final class InFlightAllocation {
    private final MemoryManager manager;
    private final List<Segment> segments = new ArrayList<>(4);
    private Reservation home;
    private volatile boolean open = true;

    /** A segment whose pages are claimed. */
    private record Segment(AllocGroup group, AddressRange range, AddressRange pages) {
        boolean staysMapped() {
            return group.lifetime() == MemLifetime.STANDARD;
        }
    }

    InFlightAllocation(MemoryManager manager) {
        this.manager = manager;
    }

    boolean isOpen() {
        return open;
    }

    /** The reservation that all segments lie in; null as long as there is none. */
    Reservation home() {
        return home;
    }

    /**
     * Adds a segment and clears what its content will not cover.
     *
     * @param contentBytes length of the content, unsigned
     * @return where the content goes: {@code contentBytes} of writable memory
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
        AddressRange range = add(group, address, sizeBytes).range;
        AddressRange content = AddressRange.of(address, contentBytes);
        manager.zero(new AddressRange(content.end(), range.end()));
        return manager.view(content);
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
        AddressRange range = MemoryManager.range(address, sizeBytes, "segment");
        home = manager.claim(range, this);
        Segment segment = new Segment(group, range, manager.pages(range));
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
                    lowest().range, "Attempt to finalize unrecognized allocation " + key(), null);
        }
    }

    /** The lowest segment address, by which the controller will know the allocation. */
    public ExecutorAddress key() {
        return lowest().range.start();
    }

    /** Whether there is no segment. */
    public boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Whether it has a segment that will be executable. */
    public boolean hasCode() {
        return segments.stream().anyMatch(segment -> segment.group.prot().isExecutable());
    }

    private Segment lowest() {
        Segment lowest = segments.getFirst();
        for (Segment segment : segments) {
            lowest = segment.range.start().compareTo(lowest.range.start()) < 0 ? segment : lowest;
        }
        return lowest;
    }

    /**
     * Protects the segments, runs the finalize actions, gives finalize-lifetime memory back. Must
     * run on a guest thread if one of the actions runs guest code. If it fails, the dealloc actions
     * of the actions that succeeded have run and the pages are free in their reservation again.
     *
     * @return the key
     */
    public ExecutorAddress finish(List<AllocationActions.Pair> actions) throws AllocationException {
        requireOpen();
        FinalizedAllocation allocation = enter();
        try {
            protectAll();
            AllocationActions.runFinalize(actions, lowest().range, allocation.deallocActions());
            giveTransientBack();
        } catch (AllocationException failure) {
            Failures later = new Failures();
            allocation.runDeallocActions(later);
            later.suppressIn(failure);
            manager.discard(allocation);
            abandonAfter(failure);
            throw failure;
        }
        open = false;
        return key();
    }

    /**
     * From now on the allocation is found by address, so that what its actions register is tied to
     * it.
     */
    private FinalizedAllocation enter() throws AllocationException {
        List<AddressRange> kept = new ArrayList<>(segments.size());
        for (Segment segment : segments) {
            if (segment.staysMapped()) {
                kept.add(segment.pages);
            }
        }
        try {
            return manager.enter(key(), kept, this);
        } catch (AllocationException failure) {
            abandonAfter(failure);
            throw failure;
        }
    }

    private void protectAll() throws AllocationException {
        for (Segment segment : segments) {
            manager.protect(segment.pages, segment.group.prot(), segment.range);
        }
    }

    private void giveTransientBack() throws AllocationException {
        for (Segment segment : segments) {
            if (!segment.staysMapped()) {
                manager.giveBack(segment.pages, this);
            }
        }
    }

    private void abandonAfter(AllocationException failure) {
        try {
            abandon();
        } catch (AllocationException more) {
            failure.addSuppressed(more);
        }
    }

    /** Gives all pages back to their reservations. Does nothing if the allocation has ended. */
    public void abandon() throws AllocationException {
        if (!open) {
            return;
        }
        Failures failures = new Failures();
        for (Segment segment : segments) {
            try {
                manager.giveBack(segment.pages, this);
            } catch (AllocationException e) {
                failures.add(e);
            }
        }
        open = false;
        failures.throwIfAny();
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the allocation has ended");
        }
    }

    /** Wraps what the OS said. */
    static AllocationException hostFailure(
            AddressRange range, String what, HostCallException cause) {
        return new AllocationException(range, what + " " + range, cause);
    }
}
