package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The record of what a session holds: its reservations, who has claimed which of their pages, and
 * the allocations by their keys. Many threads may use it; this object's lock guards it. The lock is
 * the innermost of all: code under it takes no other lock, runs no action and asks nothing of the
 * guest.
 */
final class Books {
    private final MemoryLimits limits;
    private final TreeMap<ExecutorAddress, Reservation> reservations = new TreeMap<>();

    /** Those that have left and are still mapped. */
    private final Set<Reservation> leaving = new HashSet<>();

    private long nextSerial;
    private long reservedBytes;
    private int allocationCount;
    private boolean closed;

    /**
     * Allocations and reservations that have left the books.
     *
     * @param allocations in the order in which their dealloc actions run
     * @param reservations to be unmapped afterwards
     */
    record Withdrawn(List<FinalizedAllocation> allocations, List<Reservation> reservations) {}

    /** Books without entries. */
    Books(MemoryLimits limits) {
        this.limits = limits;
    }

    synchronized MemoryManager.Usage usage() {
        return new MemoryManager.Usage(reservedBytes, allocationCount);
    }

    synchronized boolean hasAllocated() {
        return nextSerial > 0;
    }

    /** Requires that one more reservation does not exceed the limits of the session. */
    synchronized void requireRoom(long sizeBytes) throws AllocationException {
        if (reservations.size() >= limits.reservations()) {
            throw unknown(
                    ExecutorAddress.NULL,
                    "In reserve, a session may have " + limits.reservations() + " reservations");
        }
        if (Long.compareUnsigned(sizeBytes, limits.reservedBytes() - reservedBytes) > 0) {
            throw unknown(
                    ExecutorAddress.NULL,
                    "In reserve, "
                            + Long.toUnsignedString(sizeBytes)
                            + " bytes are more than the "
                            + Long.toUnsignedString(limits.reservedBytes() - reservedBytes)
                            + " that are left of the "
                            + Long.toUnsignedString(limits.reservedBytes())
                            + " that a session may reserve");
        }
    }

    /** Enters a reservation, unless the books are closed. */
    synchronized boolean enter(Reservation reservation) {
        if (!closed) {
            reservations.put(reservation.range().start(), reservation);
            reservedBytes += reservation.range().sizeBytes();
        }
        return !closed;
    }

    /**
     * Enters again what has left the books and has not been given back, unless they are closed or
     * others have taken the place.
     */
    synchronized void putBack(List<FinalizedAllocation> allocations, List<Reservation> whole) {
        leave(whole);
        for (Reservation reservation : whole) {
            if (!reservations.containsKey(reservation.range().start())) {
                enter(reservation);
            }
        }
        for (FinalizedAllocation allocation : allocations) {
            Reservation home = allocation.origin().home();
            if (isHeld(home) && !home.hasAllocation(allocation.key())) {
                home.add(allocation);
                allocationCount++;
            }
        }
    }

    /** Takes the settled allocations of some keys off the books, the last first. */
    synchronized List<FinalizedAllocation> withdraw(
            List<ExecutorAddress> keys, AllocationFailures failures) {
        List<FinalizedAllocation> found = new ArrayList<>(keys.size());
        for (ExecutorAddress key : keys.reversed()) {
            Optional<FinalizedAllocation> allocation =
                    reservationAt(key).flatMap(r -> r.remove(key));
            if (allocation.isPresent()) {
                found.add(allocation.get());
            } else {
                failures.add(
                        unknown(
                                key,
                                "In deinitialize, address "
                                        + key
                                        + " does not correspond to the start of any initialized region"));
            }
        }
        allocationCount -= found.size();
        return found;
    }

    /** Takes reservations off the books with all that lies in them, the last first. */
    synchronized Withdrawn withdrawWhole(List<ExecutorAddress> bases, AllocationFailures failures) {
        List<FinalizedAllocation> allocations = new ArrayList<>(bases.size());
        List<Reservation> released = new ArrayList<>(bases.size());
        for (ExecutorAddress base : bases.reversed()) {
            Reservation reservation = reservations.get(base);
            if (reservation == null) {
                failures.add(
                        unknown(
                                base,
                                "In release, "
                                        + base
                                        + " is not part of any reserved address range"));
            } else if (reservation.inFlight().isPresent()) {
                failures.add(
                        unknown(
                                base,
                                "In release, an allocation at "
                                        + reservation.inFlight().get()
                                        + " is in flight"));
            } else {
                allocations.addAll(withdraw(reservation));
                released.add(reservation);
            }
        }
        return new Withdrawn(allocations, released);
    }

    private List<FinalizedAllocation> withdraw(Reservation reservation) {
        reservations.remove(reservation.range().start());
        reservedBytes -= reservation.range().sizeBytes();
        leaving.add(reservation);
        List<FinalizedAllocation> allocations = reservation.removeAll();
        allocationCount -= allocations.size();
        return allocations;
    }

    /** Closes the books if there is nothing in them; returns whether they are closed. */
    synchronized boolean closeIfEmpty() {
        closed |= reservations.isEmpty();
        return closed;
    }

    /** Takes everything off the books, the youngest allocation first, and closes them. */
    synchronized Withdrawn close() {
        closed = true;
        List<Reservation> all = new ArrayList<>(reservations.values());
        List<FinalizedAllocation> allocations = new ArrayList<>();
        for (Reservation reservation : all) {
            allocations.addAll(withdraw(reservation));
        }
        allocations.sort((one, other) -> Long.compare(other.serial(), one.serial()));
        return new Withdrawn(allocations, all);
    }

    /** Returns all reservations. */
    synchronized List<Reservation> reservations() {
        return List.copyOf(reservations.values());
    }

    /** Returns the allocation, finalized or running its finalize actions, that holds an address. */
    synchronized Optional<FinalizedAllocation> allocationAt(ExecutorAddress address) {
        return reservationAt(address).flatMap(reservation -> reservation.allocationAt(address));
    }

    /** Pushes a dealloc action on the allocation that holds an address, if there is one. */
    synchronized boolean onDealloc(ExecutorAddress address, AllocationAction action) {
        Optional<FinalizedAllocation> holder = allocationAt(address);
        holder.ifPresent(allocation -> allocation.deallocActions().push(action));
        return holder.isPresent();
    }

    /** Returns whether an address lies in published code that stays mapped. */
    synchronized boolean holdsCode(ExecutorAddress address) {
        return reservationAt(address).filter(r -> r.holdsCode(address)).isPresent();
    }

    /** Returns the same for an address in a reservation that has left and is still mapped. */
    synchronized boolean holdsLeavingCode(ExecutorAddress address) {
        return leaving.stream().anyMatch(r -> r.holdsCode(address));
    }

    /** Notes that reservations that have left are about to be unmapped. */
    synchronized void leave(List<Reservation> whole) {
        leaving.removeAll(Set.copyOf(whole));
    }

    /** Returns the pages of all code. */
    synchronized List<AddressRange> code() {
        return reservations.values().stream().flatMap(r -> r.code().stream()).toList();
    }

    synchronized boolean areAllInUse() {
        return reservations.values().stream().allMatch(Reservation::isInUse);
    }

    synchronized boolean reserves(ExecutorAddress address) {
        return reservationAt(address).isPresent();
    }

    private Optional<Reservation> reservationAt(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, Reservation> below = reservations.floorEntry(address);
        return below != null && below.getValue().range().contains(address)
                ? Optional.of(below.getValue())
                : Optional.empty();
    }

    /**
     * Requires that a segment of an allocation lies in a reservation, and in that of the segments
     * before it.
     */
    synchronized void requireReserved(AddressRange segment, InFlightAllocation owner)
            throws AllocationException {
        reservationFor(segment, owner.home());
    }

    /**
     * Claims the pages of a segment for an allocation in flight.
     *
     * @return the reservation that the segment lies in
     */
    synchronized Reservation claim(Segment segment, InFlightAllocation owner)
            throws AllocationException {
        Reservation reservation = reservationFor(segment.range(), owner.home());
        Optional<AddressRange> taken = reservation.claim(segment, owner);
        if (taken.isPresent()) {
            throw unknown(
                    segment.range(),
                    "In initialize, segment "
                            + segment.range()
                            + " overlaps the region "
                            + taken.get());
        }
        return reservation;
    }

    private Reservation reservationFor(AddressRange segment, Reservation home)
            throws AllocationException {
        if (home == null) {
            return reservationAround(segment);
        }
        if (!isHeld(home) || !home.range().contains(segment)) {
            throw unknown(
                    segment,
                    "In initialize, range "
                            + segment
                            + " is not part of the reservation "
                            + home.range()
                            + " of the segments before it");
        }
        return home;
    }

    private boolean isHeld(Reservation reservation) {
        return reservations.get(reservation.range().start()) == reservation;
    }

    /** Returns the reservation around a segment; an empty segment may lie at its very end. */
    private Reservation reservationAround(AddressRange segment) throws AllocationException {
        Map.Entry<ExecutorAddress, Reservation> below = reservations.floorEntry(segment.start());
        if (below == null || !below.getValue().range().contains(segment)) {
            throw unknown(
                    segment,
                    "In initialize, range "
                            + segment
                            + " is not part of any reserved address range");
        }
        return below.getValue();
    }

    /** Enters an allocation; from now on it is found by address. */
    synchronized FinalizedAllocation enter(
            ExecutorAddress key, List<AddressRange> pages, InFlightAllocation origin)
            throws AllocationException {
        Reservation reservation = origin.home();
        if (!isHeld(reservation)) {
            throw unknown(
                    key, "In initialize, the reservation " + reservation.range() + " is gone");
        }
        if (reservation.hasAllocation(key)) {
            throw unknown(key, "In initialize, an allocation with the key " + key + " exists");
        }
        FinalizedAllocation allocation =
                new FinalizedAllocation(
                        key, nextSerial++, pages, new ConcurrentLinkedDeque<>(), origin);
        reservation.add(allocation);
        allocationCount++;
        return allocation;
    }

    /** Takes an allocation out whose finalize actions have failed. */
    synchronized void discard(FinalizedAllocation allocation) {
        allocation.origin().home().discard(allocation);
        allocationCount--;
    }

    /**
     * Returns those of some pages that their owner still holds, if its reservation is on the books.
     */
    synchronized List<AddressRange> held(List<AddressRange> pages, InFlightAllocation owner) {
        Reservation home = owner.home();
        return home != null && isHeld(home)
                ? pages.stream().filter(range -> home.isClaimed(range, owner)).toList()
                : List.of();
    }

    /** Makes pages free for others. */
    synchronized void unclaim(Reservation home, List<AddressRange> pages) {
        pages.forEach(home::unclaim);
    }

    private static AllocationException unknown(ExecutorAddress address, String problem) {
        return unknown(new AddressRange(address, address), problem);
    }

    private static AllocationException unknown(AddressRange range, String problem) {
        return new AllocationException(range, problem, null);
    }
}
