package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The requests to the guest's memory: maps, fills, publishes, frees and unmaps pages, and checks
 * ranges from outside. It does not know who holds which page. It has no state; many threads may use
 * it.
 */
final class Pages {
    /** From so many zeros on, to ask for them is quicker than to write them. */
    private static final long MANY_ZEROS_BYTES = 4L << 20;

    private final GuestMemory memory;

    Pages(GuestMemory memory) {
        this.memory = memory;
    }

    AddressRange map(long sizeBytes) throws AllocationException {
        AddressRange wanted = wanted(sizeBytes, "reservation");
        try {
            return memory.map(sizeBytes);
        } catch (HostCallException e) {
            throw failure(wanted, "cannot reserve", e);
        }
    }

    AddressRange mapSlab(long sizeBytes, SlabPlace place) throws AllocationException {
        AddressRange wanted = range(ExecutorAddress.NULL, sizeBytes, "slab (" + place + ")");
        try {
            return memory.mapSlab(sizeBytes, place);
        } catch (HostCallException e) {
            throw failure(wanted, "cannot reserve", e);
        }
    }

    SharedMapping mapShared(long sizeBytes) throws AllocationException {
        AddressRange wanted = wanted(sizeBytes, "reservation");
        try {
            return memory.mapShared(sizeBytes);
        } catch (HostCallException e) {
            throw failure(wanted, "cannot reserve shared memory", e);
        }
    }

    /**
     * Gives access to the content of a segment, and clears the rest of it.
     *
     * @return the first {@code contentBytes} of the segment
     */
    MemorySegment fill(AddressRange segment, long contentBytes, Reservation home) {
        if (segment.isEmpty()) {
            return MemorySegment.NULL;
        }
        AddressRange filled = home.isShared() ? segment : withoutZeros(segment, contentBytes);
        if (filled.isEmpty()) {
            return MemorySegment.NULL;
        }
        MemorySegment bytes = memory.fill(filled);
        bytes.asSlice(contentBytes).fill((byte) 0);
        return bytes.asSlice(0, contentBytes);
    }

    /**
     * Makes the pages behind the content zero without writing to them, if they are many: they take
     * no memory before guest code uses them.
     *
     * @return the part of the segment that is to be written
     */
    private AddressRange withoutZeros(AddressRange segment, long contentBytes) {
        ExecutorAddress end = segment.start().plus(contentBytes).alignUp(memory.pageSizeBytes());
        if (segment.end().compareTo(end) < 0 || segment.end().minus(end) < MANY_ZEROS_BYTES) {
            return segment;
        }
        AddressRange zeros = new AddressRange(end, segment.end().alignUp(memory.pageSizeBytes()));
        return memory.discard(List.of(zeros)).isEmpty()
                ? new AddressRange(segment.start(), end)
                : segment;
    }

    /** Makes segments visible to guest code, with their protections. */
    void publish(List<Publication> segments, AddressRange first) throws AllocationException {
        try {
            memory.publish(segments);
        } catch (HostCallException e) {
            throw failure(first, "cannot protect the segments from", e);
        }
    }

    /**
     * Makes pages of one reservation writable again, and private ones zero.
     *
     * @return the failures, by the pages that they are about
     */
    Map<AddressRange, AllocationException> free(Reservation home, List<AddressRange> pages) {
        Map<AddressRange, AllocationException> failures = new LinkedHashMap<>();
        if (home.isShared()) {
            for (AddressRange range : pages) {
                makeWritable(range).ifPresent(e -> failures.put(range, notFreed(range, e)));
            }
        } else {
            memory.discard(pages).forEach((range, e) -> failures.put(range, notFreed(range, e)));
        }
        return failures;
    }

    private Optional<HostCallException> makeWritable(AddressRange pages) {
        try {
            memory.publish(List.of(new Publication(pages, MemProt.READ_WRITE)));
            return Optional.empty();
        } catch (HostCallException e) {
            return Optional.of(e);
        }
    }

    private static AllocationException notFreed(AddressRange pages, HostCallException e) {
        return failure(pages, "cannot free", e);
    }

    /** Unmaps reservations, and removes the names of shared ones. A failure does not stop it. */
    void unmap(List<Reservation> reservations, AllocationFailures failures) {
        List<AddressRange> ranges = new ArrayList<>(reservations.size());
        for (Reservation reservation : reservations) {
            unlink(reservation, failures);
            ranges.add(reservation.range());
        }
        memory.unmap(ranges).forEach((range, e) -> failures.add(failure(range, "cannot unmap", e)));
    }

    /** Removes the name of a reservation, if it has one. */
    void unlink(Reservation reservation, AllocationFailures failures) {
        if (!reservation.isShared()) {
            return;
        }
        String name = reservation.sharedName().orElseThrow();
        try {
            memory.unlinkShared(name);
        } catch (HostCallException e) {
            failures.add(failure(reservation.range(), "cannot unlink " + name + " of", e));
        }
    }

    private AddressRange wanted(long sizeBytes, String what) throws AllocationException {
        AddressRange wanted = range(ExecutorAddress.NULL, sizeBytes, what);
        around(wanted);
        return wanted;
    }

    /** Returns a range whose size comes from outside, with checked arithmetic. */
    static AddressRange range(ExecutorAddress start, long sizeBytes, String what)
            throws AllocationException {
        try {
            return AddressRange.of(start, sizeBytes);
        } catch (ArithmeticException e) {
            throw new AllocationException(
                    new AddressRange(start, start),
                    what + " at " + start + " of 0x" + Long.toHexString(sizeBytes) + " bytes",
                    e);
        }
    }

    /** Returns the whole pages that a range lies in. */
    AddressRange around(AddressRange range) throws AllocationException {
        try {
            return range.isEmpty() ? range : range.roundToPages(memory.pageSizeBytes());
        } catch (ArithmeticException e) {
            throw new AllocationException(range, "range " + range, e);
        }
    }

    /**
     * Requires that a segment starts a page, unless it is empty.
     *
     * @throws AllocationException if it does not
     */
    void requireAligned(AddressRange segment) throws AllocationException {
        if (!segment.isEmpty() && !segment.start().isAligned(memory.pageSizeBytes())) {
            throw new AllocationException(
                    segment,
                    "In initialize, segment "
                            + segment
                            + " does not start on a page of 0x"
                            + Long.toHexString(memory.pageSizeBytes())
                            + " bytes",
                    null);
        }
    }

    /** Wraps the error of the OS. */
    private static AllocationException failure(
            AddressRange range, String what, HostCallException cause) {
        return new AllocationException(range, what + " " + range, cause);
    }
}
