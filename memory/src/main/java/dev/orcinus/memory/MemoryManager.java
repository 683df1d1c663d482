package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The memory of one session: reserves, allocates, releases, and at the end gives everything back.
 * It is stricter than its model, LLVM's {@code SimpleExecutorMemoryManager}: nothing is written,
 * and no action runs, before the whole range is known to lie in a reservation and to be free.
 *
 * <p>{@link Books} record who holds which pages, {@link Pages} map, fill and free them, and this
 * class decides the order. Many threads may use it. The books have the only lock, and it is held
 * for one question or change at a time: never while pages are mapped, filled or freed, and never
 * while an action runs.
 */
public final class MemoryManager implements AutoCloseable {
    private final Books books;
    private final Pages pages;
    private volatile List<Reservation> leaving = List.of();

    /** A session without memory, whose limits are those of the OS. */
    public MemoryManager(GuestMemory memory) {
        this(memory, MemoryLimits.NONE);
    }

    /** A session without memory. */
    public MemoryManager(GuestMemory memory, MemoryLimits limits) {
        this.books = new Books(limits);
        this.pages = new Pages(memory);
    }

    /**
     * The memory that a session holds.
     *
     * @param reservedBytes address space reserved
     * @param allocationCount finalized allocations
     */
    public record Usage(long reservedBytes, int allocationCount) {}

    /** Returns the memory that the session holds now. */
    public Usage usage() {
        return books.usage();
    }

    /** Returns whether an allocation has ever been made. */
    public boolean hasAllocated() {
        return books.hasAllocated();
    }

    /**
     * Reserves {@code sizeBytes} of address space, rounded up to pages; for 0 it returns address 0,
     * as LLVM does.
     *
     * @throws AllocationException if the OS refuses, or the session's limits do not allow it
     */
    public ExecutorAddress reserve(long sizeBytes) throws AllocationException {
        books.requireRoom(sizeBytes);
        return sizeBytes == 0
                ? ExecutorAddress.NULL
                : enter(new Reservation(pages.map(sizeBytes), null)).start();
    }

    /**
     * Reserves a slab for many small allocations.
     *
     * @param place where it has to lie
     * @throws AllocationException if the OS refuses, or the session's limits do not allow it
     */
    public AddressRange reserveSlab(long sizeBytes, SlabPlace place) throws AllocationException {
        books.requireRoom(sizeBytes);
        return enter(new Reservation(pages.mapSlab(sizeBytes, place), null));
    }

    /**
     * Reserves shared memory, which the controller fills through a mapping of its own.
     *
     * @return its address in the guest and its name
     * @throws AllocationException if the OS refuses, or the session's limits do not allow it
     */
    public SharedMapping reserveShared(long sizeBytes) throws AllocationException {
        books.requireRoom(sizeBytes);
        SharedMapping mapping = pages.mapShared(sizeBytes);
        enter(new Reservation(mapping.range(), mapping.name()));
        return mapping;
    }

    private AddressRange enter(Reservation reservation) throws AllocationException {
        if (books.enter(reservation)) {
            return reservation.range();
        }
        AllocationFailures failures = new AllocationFailures();
        pages.unmap(List.of(reservation), failures);
        failures.throwIfAny();
        throw new IllegalStateException("the memory manager is closed");
    }

    /** Begins an allocation. */
    public InFlightAllocation begin() {
        return new InFlightAllocation(this);
    }

    /**
     * Takes allocations off the books. Then their dealloc actions are to run, and their pages go
     * back to their reservations. Mirrors LLVM's {@code deinitialize}.
     *
     * @param keys the keys that {@link InFlightAllocation#finish} returned; the last is dealt with
     *     first
     * @return the allocations that were found; its {@link Deallocation#run} reports the keys that
     *     were not
     */
    public Deallocation deinitialize(List<ExecutorAddress> keys) {
        AllocationFailures failures = new AllocationFailures();
        return new Deallocation(this, books.withdraw(keys, failures), List.of(), failures);
    }

    /**
     * Takes reservations off the books, with all that lies in them. Mirrors LLVM's {@code release}
     * and the older {@code deallocate}.
     *
     * @param bases the addresses that {@link #reserve} returned; the last is dealt with first,
     *     because controllers name a dependency before its users
     * @return the reservations that were found; its {@link Deallocation#run} reports the bases that
     *     were not
     */
    public Deallocation release(List<ExecutorAddress> bases) {
        AllocationFailures failures = new AllocationFailures();
        return deallocation(books.withdrawWhole(bases, failures), failures);
    }

    /**
     * Takes everything off the books: the youngest allocation's actions run first, whatever
     * reservation it lies in. The manager takes no new reservations from now on. Allocations in
     * flight are unmapped with the rest: no other thread may be filling one.
     */
    public Deallocation releaseAll() {
        Books.Withdrawn all = books.close();
        leaving = all.reservations();
        return deallocation(all, new AllocationFailures());
    }

    /**
     * Takes no new reservations from now on if there are none.
     *
     * @return whether there is nothing to release at the end
     */
    public boolean closeIfEmpty() {
        return books.closeIfEmpty();
    }

    private Deallocation deallocation(Books.Withdrawn withdrawn, AllocationFailures failures) {
        return new Deallocation(this, withdrawn.allocations(), withdrawn.reservations(), failures);
    }

    /** Runs the deallocation of {@link #releaseAll} on this thread. */
    @Override
    public void close() throws AllocationException {
        releaseAll().run();
    }

    /**
     * Makes {@code action} run when the allocation that holds {@code address} is deallocated,
     * before the dealloc actions that are there already.
     *
     * @return false if no allocation, finalized or running its finalize actions, holds the address
     */
    public boolean onDealloc(ExecutorAddress address, AllocationAction action) {
        return books.onDealloc(address, action);
    }

    /**
     * Returns the key of the allocation, finalized or running its finalize actions, that holds
     * {@code address}.
     */
    public Optional<ExecutorAddress> keyOf(ExecutorAddress address) {
        return books.allocationAt(address).map(FinalizedAllocation::key);
    }

    /**
     * Returns whether an allocation, finalized or running its finalize actions, has code at {@code
     * address}. The guest is not asked.
     */
    public boolean holdsCode(ExecutorAddress address) {
        return books.holdsCode(address);
    }

    /**
     * Returns whether an allocation had code at {@code address} that is being given back, and is
     * still there: its dealloc actions call it. The guest is not asked.
     */
    public boolean holdsLeavingCode(ExecutorAddress address) {
        return books.holdsLeavingCode(address);
    }

    /**
     * Returns the pages of all code that is not writable; also of code whose allocation has left
     * the books, as long as its reservation has not.
     */
    public List<AddressRange> code() {
        return books.code();
    }

    /** Returns whether something has been allocated in each reservation. */
    public boolean areAllReservationsInUse() {
        return books.areAllInUse();
    }

    /** Returns whether {@code address} lies in a reservation of this session. */
    public boolean reserves(ExecutorAddress address) {
        return books.reserves(address);
    }

    /**
     * Removes the names of the shared memory, as far as controllers have not done so. Called before
     * the process ends without {@link #close}, and while the deallocation of {@link #releaseAll}
     * waits for an action that does not end.
     */
    public void unlinkShared() {
        books.reservations().forEach(this::unlink);
        leaving.forEach(this::unlink);
    }

    private void unlink(Reservation reservation) {
        pages.unlink(reservation, new AllocationFailures());
    }

    /**
     * Makes a segment, and requires that its range may hold one.
     *
     * @throws AllocationException if the range is not in one reservation, or does not start at a
     *     page
     */
    Segment segment(AllocGroup group, AddressRange range, InFlightAllocation owner)
            throws AllocationException {
        books.requireReserved(range, owner);
        pages.requireAligned(range);
        return new Segment(group, range, pages.around(range));
    }

    /** Claims the pages of a segment for an allocation in flight. */
    Reservation claim(Segment segment, InFlightAllocation owner) throws AllocationException {
        return books.claim(segment, owner);
    }

    /** Gives access to the content of a segment, and clears the rest of it. */
    MemorySegment fill(Segment segment, long contentBytes, Reservation home) {
        return pages.fill(segment.range(), contentBytes, home);
    }

    /** Enters an allocation into the books; from now on it is found by address. */
    FinalizedAllocation enter(
            ExecutorAddress key, List<AddressRange> kept, InFlightAllocation origin)
            throws AllocationException {
        return books.enter(key, kept, origin);
    }

    /** Removes an allocation from the books whose finalize actions have failed. */
    void discard(FinalizedAllocation allocation) {
        books.discard(allocation);
    }

    /** Makes segments visible to guest code, with their protections. */
    void publish(List<Segment> segments) throws AllocationException {
        List<Publication> publications = new ArrayList<>(segments.size());
        for (Segment segment : segments) {
            if (!segment.pages().isEmpty()) {
                publications.add(new Publication(segment.pages(), segment.group().prot()));
            }
        }
        if (!publications.isEmpty()) {
            pages.publish(publications, publications.getFirst().pages());
        }
    }

    /**
     * Makes pages of an allocation free for others. Does nothing with pages that it does not hold
     * any more, because they or their whole reservation have been freed before.
     *
     * @throws GuestGoneException if the guest has ended, and guest code may have used the pages:
     *     they stay taken, as those do that cannot be freed
     */
    void giveBack(List<AddressRange> going, InFlightAllocation owner, AllocationFailures failures) {
        List<AddressRange> held = books.held(going, owner);
        if (!held.isEmpty()) {
            Map<AddressRange, AllocationException> kept = free(held, owner);
            books.unclaim(owner.home(), held.stream().filter(p -> !kept.containsKey(p)).toList());
            kept.values().forEach(failures::add);
        }
    }

    private Map<AddressRange, AllocationException> free(
            List<AddressRange> held, InFlightAllocation owner) {
        try {
            return pages.free(owner.home(), held);
        } catch (GuestGoneException gone) {
            if (owner.isPublished()) {
                throw gone;
            }
            return Map.of(); // guest code has never had them, nor has it if it returns
        }
    }

    /**
     * Enters into the books again what the guest, which has ended, has not given back: it still has
     * that if it returns to an earlier state. Does nothing when the session ends.
     */
    void putBack(List<FinalizedAllocation> allocations, List<Reservation> reservations) {
        books.putBack(allocations, reservations);
    }

    /** Unmaps reservations that have left the books. */
    void unmap(List<Reservation> reservations, AllocationFailures failures) {
        if (!reservations.isEmpty()) {
            books.leave(reservations);
            pages.unmap(reservations, failures);
        }
    }
}
