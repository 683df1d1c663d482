package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostMemory;
import dev.orcinus.platform.spi.HostMemory.SlabPlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The memory of one session: reserves, allocates, releases, and at the end gives everything back.
 * Stricter than its model, LLVM's {@code SimpleExecutorMemoryManager}: nothing is written, and no
 * action runs, before the whole range is known to lie in a reservation and to be free. For many
 * threads; one lock guards the books, and no action runs under it.
 */
public final class MemoryManager implements AutoCloseable {
    private static final long SMALLEST_NEAR_BYTES = 64L << 20;

    private final HostMemory memory;
    private final TreeMap<ExecutorAddress, Reservation> reservations = new TreeMap<>();
    private long nextSerial;
    private long reservedBytes;
    private int allocationCount;
    private boolean closed;

    /** A session without memory. */
    public MemoryManager(HostMemory memory) {
        this.memory = memory;
    }

    /**
     * What the session holds.
     *
     * @param reservedBytes address space reserved
     * @param allocationCount finalized allocations
     */
    public record Usage(long reservedBytes, int allocationCount) {}

    /** What the session holds now. */
    public synchronized Usage usage() {
        return new Usage(reservedBytes, allocationCount);
    }

    /** Whether an allocation has ever been made. */
    public synchronized boolean hasAllocated() {
        return nextSerial > 0;
    }

    /**
     * Reserves {@code sizeBytes} of address space, rounded up to pages; 0 is answered with address
     * 0, as LLVM does.
     *
     * @throws AllocationException if the OS refuses
     */
    public ExecutorAddress reserve(long sizeBytes) throws AllocationException {
        if (sizeBytes == 0) {
            return ExecutorAddress.NULL;
        }
        AddressRange wanted = range(ExecutorAddress.NULL, sizeBytes, "reservation");
        pages(wanted);
        try {
            return enter(new Reservation(memory.map(sizeBytes), null)).start();
        } catch (HostCallException e) {
            throw InFlightAllocation.hostFailure(wanted, "cannot reserve", e);
        }
    }

    /**
     * Reserves a slab for many small allocations.
     *
     * @param place where it has to lie
     * @throws AllocationException if the OS refuses
     */
    public AddressRange reserveSlab(long sizeBytes, SlabPlace place) throws AllocationException {
        AddressRange wanted = range(ExecutorAddress.NULL, sizeBytes, "slab (" + place + ")");
        try {
            return enter(new Reservation(memory.mapSlab(sizeBytes, place), null));
        } catch (HostCallException e) {
            throw InFlightAllocation.hostFailure(wanted, "cannot reserve", e);
        }
    }

    /**
     * Reserves a slab near the libraries; rather less room than none there, as code that was not
     * compiled for far data, as gcc does by default, can use their variables from there only.
     *
     * @throws AllocationException if the OS refuses
     */
    public AddressRange reserveNearLibraries(long sizeBytes) throws AllocationException {
        for (long size = sizeBytes; size >= SMALLEST_NEAR_BYTES; size /= 2) {
            try {
                return reserveSlab(size, SlabPlace.NEAR_LIBRARIES);
            } catch (AllocationException noSuchGap) { // a smaller one may be there
            }
        }
        return reserveSlab(sizeBytes, SlabPlace.ANYWHERE);
    }

    /**
     * Reserves shared memory, which the controller fills through a mapping of its own.
     *
     * @return its address here and its name
     * @throws AllocationException if the OS refuses
     */
    public HostMemory.SharedMapping reserveShared(long sizeBytes) throws AllocationException {
        AddressRange wanted = range(ExecutorAddress.NULL, sizeBytes, "reservation");
        pages(wanted);
        try {
            HostMemory.SharedMapping mapping = memory.mapShared(sizeBytes);
            enter(new Reservation(mapping.range(), mapping.name()));
            return mapping;
        } catch (HostCallException e) {
            throw InFlightAllocation.hostFailure(wanted, "cannot reserve shared memory", e);
        }
    }

    private AddressRange enter(Reservation reservation) throws AllocationException {
        synchronized (this) {
            if (!closed) {
                reservations.put(reservation.range().start(), reservation);
                reservedBytes += reservation.range().sizeBytes();
                return reservation.range();
            }
        }
        Failures failures = new Failures();
        unmap(reservation, failures);
        failures.throwIfAny();
        throw new IllegalStateException("the memory manager is closed");
    }

    /** Begins an allocation. */
    public InFlightAllocation begin() {
        return new InFlightAllocation(this);
    }

    /**
     * Takes allocations off the books whose dealloc actions are to run; their pages go back to
     * their reservations afterwards. Mirrors LLVM's {@code deinitialize}.
     *
     * @param keys what {@link InFlightAllocation#finish} answered; the last is dealt with first
     * @return the allocations that were found; what was not is reported by its {@link
     *     Deallocation#run}
     */
    public synchronized Deallocation deinitialize(List<ExecutorAddress> keys) {
        List<FinalizedAllocation> found = new ArrayList<>(keys.size());
        Failures failures = new Failures();
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
        return new Deallocation(this, found, List.of(), failures);
    }

    /**
     * Takes reservations off the books, with all that lies in them. Mirrors LLVM's {@code release}
     * and the older {@code deallocate}.
     *
     * @param bases what {@link #reserve} answered; the last is dealt with first, because
     *     controllers name a dependency before what needs it
     * @return the reservations that were found; what was not is reported by its {@link
     *     Deallocation#run}
     */
    public synchronized Deallocation release(List<ExecutorAddress> bases) {
        List<FinalizedAllocation> allocations = new ArrayList<>(bases.size());
        List<Reservation> released = new ArrayList<>(bases.size());
        Failures failures = new Failures();
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
        return new Deallocation(this, allocations, released, failures);
    }

    private List<FinalizedAllocation> withdraw(Reservation reservation) {
        reservations.remove(reservation.range().start());
        reservedBytes -= reservation.range().sizeBytes();
        List<FinalizedAllocation> allocations = reservation.removeAll();
        allocationCount -= allocations.size();
        return allocations;
    }

    /**
     * Takes everything off the books: the youngest allocation's actions run first, whatever
     * reservation it lies in. The manager takes no new reservations from now on. What is in flight
     * is unmapped with the rest: no other thread may be filling it.
     */
    public synchronized Deallocation releaseAll() {
        closed = true;
        List<Reservation> all = new ArrayList<>(reservations.values());
        List<FinalizedAllocation> allocations = new ArrayList<>();
        for (Reservation reservation : all) {
            allocations.addAll(withdraw(reservation));
        }
        allocations.sort(Comparator.comparingLong(FinalizedAllocation::serial).reversed());
        return new Deallocation(this, allocations, all, new Failures());
    }

    /** Has {@link #releaseAll} run, on this thread. */
    @Override
    public void close() throws AllocationException {
        releaseAll().run();
    }

    /**
     * Has {@code action} run when the allocation that holds {@code address} is deallocated, before
     * the dealloc actions that are there already.
     *
     * @return false if no allocation, finalized or running its finalize actions, holds the address
     */
    public synchronized boolean onDealloc(ExecutorAddress address, AllocationAction action) {
        Optional<FinalizedAllocation> holder = allocationAt(address);
        holder.ifPresent(allocation -> allocation.deallocActions().push(action));
        return holder.isPresent();
    }

    /**
     * The key of the allocation, finalized or running its finalize actions, that holds {@code
     * address}.
     */
    public synchronized Optional<ExecutorAddress> keyOf(ExecutorAddress address) {
        return allocationAt(address).map(FinalizedAllocation::key);
    }

    /** Whether something has been allocated in each reservation. */
    public synchronized boolean areAllReservationsInUse() {
        return reservations.values().stream().allMatch(Reservation::isInUse);
    }

    /** Whether {@code address} lies in a reservation of this session. */
    public synchronized boolean reserves(ExecutorAddress address) {
        return reservationAt(address).isPresent();
    }

    /**
     * Removes the names of the shared memory, as far as controllers have not done so. For the
     * moments before the process ends without {@link #close}.
     */
    public synchronized void unlinkShared() {
        for (Reservation reservation : reservations.values()) {
            reservation.sharedName().ifPresent(name -> unlink(reservation, name, new Failures()));
        }
    }

    private Optional<Reservation> reservationAt(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, Reservation> below = reservations.floorEntry(address);
        return below != null && below.getValue().range().contains(address)
                ? Optional.of(below.getValue())
                : Optional.empty();
    }

    private Optional<FinalizedAllocation> allocationAt(ExecutorAddress address) {
        return reservationAt(address).flatMap(reservation -> reservation.allocationAt(address));
    }

    /** Claims the pages of a segment for an allocation in flight. */
    synchronized Reservation claim(AddressRange segment, InFlightAllocation owner)
            throws AllocationException {
        Reservation reservation = reservationFor(segment, owner.home());
        if (!segment.start().isAligned(memory.pageSizeBytes()) && !segment.isEmpty()) {
            throw unknown(
                    segment,
                    "In initialize, segment "
                            + segment
                            + " does not start on a page of 0x"
                            + Long.toHexString(memory.pageSizeBytes())
                            + " bytes");
        }
        Optional<AddressRange> taken = reservation.claim(pages(segment), owner);
        if (taken.isPresent()) {
            throw unknown(
                    segment,
                    "In initialize, segment " + segment + " overlaps the region " + taken.get());
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

    /** The reservation around a segment; an empty segment may lie at its very end. */
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

    synchronized void discard(FinalizedAllocation allocation) {
        allocation.origin().home().discard(allocation);
        allocationCount--;
    }

    /** Protects a segment; what will be executed becomes visible to instruction fetch first. */
    void protect(AddressRange pages, MemProt prot, AddressRange segment)
            throws AllocationException {
        if (pages.isEmpty()) {
            return;
        }
        if (prot.isExecutable()) {
            memory.flushInstructionCache(segment);
        }
        try {
            memory.protect(pages, prot);
        } catch (HostCallException e) {
            throw InFlightAllocation.hostFailure(
                    segment, "cannot protect (" + prot + ") segment", e);
        }
    }

    /**
     * Makes pages free, readable and writable again. Does nothing if {@code owner} does not hold
     * them any more: they, or their whole reservation, have gone before.
     */
    void giveBack(AddressRange pages, InFlightAllocation owner) throws AllocationException {
        Reservation reservation = owner.home();
        synchronized (this) {
            if (!isHeld(reservation) || !reservation.isClaimed(pages, owner)) {
                return;
            }
        }
        try {
            if (reservation.isShared()) {
                memory.protect(pages, MemProt.READ_WRITE);
            } else {
                memory.discard(pages);
            }
        } catch (HostCallException e) {
            throw InFlightAllocation.hostFailure(pages, "cannot free", e);
        }
        synchronized (this) {
            reservation.unclaim(pages);
        }
    }

    /** Frees the pages of an allocation, unless its whole reservation has left the books. */
    void forget(FinalizedAllocation allocation, Failures failures) {
        for (AddressRange pages : allocation.pages()) {
            try {
                giveBack(pages, allocation.origin());
            } catch (AllocationException e) {
                failures.add(e);
            }
        }
    }

    /** Unmaps a reservation that has left the books. */
    void unmap(Reservation reservation, Failures failures) {
        reservation.sharedName().ifPresent(name -> unlink(reservation, name, failures));
        try {
            memory.unmap(reservation.range());
        } catch (HostCallException e) {
            failures.add(InFlightAllocation.hostFailure(reservation.range(), "cannot unmap", e));
        }
    }

    private void unlink(Reservation reservation, String name, Failures failures) {
        try {
            memory.unlinkShared(name);
        } catch (HostCallException e) {
            failures.add(
                    InFlightAllocation.hostFailure(
                            reservation.range(), "cannot unlink " + name + " of", e));
        }
    }

    MemorySegment view(AddressRange range) {
        return memory.view(range);
    }

    void zero(AddressRange range) {
        if (!range.isEmpty()) {
            memory.view(range).fill((byte) 0);
        }
    }

    /** Checked arithmetic on sizes from outside. */
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

    AddressRange pages(AddressRange range) throws AllocationException {
        try {
            return range.isEmpty() ? range : range.roundToPages(memory.pageSizeBytes());
        } catch (ArithmeticException e) {
            throw new AllocationException(range, "range " + range, e);
        }
    }

    private static AllocationException unknown(ExecutorAddress address, String problem) {
        return unknown(new AddressRange(address, address), problem);
    }

    private static AllocationException unknown(AddressRange range, String problem) {
        return new AllocationException(range, problem, null);
    }
}
