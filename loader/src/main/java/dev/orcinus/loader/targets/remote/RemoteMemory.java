package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.OrcinusNames;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The executor's memory. It keeps lists of the reservations and of the finalized allocations in
 * their order, so that the end of the session can undo them in reverse; LLVM's executors would use
 * the order of addresses. Several threads may use it. The lock guards the lists, and is not held
 * while waiting.
 *
 * <p>If reservations are not shared, the end of an allocation also releases its reservation. LLVM
 * 19 to 21 only have operations for whole reservations. LLVM 22 and 23 have operations for parts,
 * but deinitialized memory cannot be used again: it keeps its protection, so that writing new
 * content crashes them. Orcinus can use such memory again; it is recognized by the slabs that it
 * offers.
 */
final class RemoteMemory {
    /** The sequence of addresses that release and deinitialize take. */
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    private final RemoteSession session;
    private final MemoryForm form;
    private final long pageSizeBytes;
    private final ExecutorAddress instance;
    private final ExecutorAddress reserve;
    private final ExecutorAddress reserveSlab;
    private final ExecutorAddress initialize;
    private final ExecutorAddress deinitialize;
    private final ExecutorAddress release;
    private final RemoteActions actions;

    private final TreeMap<ExecutorAddress, AddressRange> reservations = new TreeMap<>();
    private final Map<ExecutorAddress, Placement> placements = new LinkedHashMap<>();

    /**
     * An allocation that has been sent.
     *
     * @param reservation the reservation that it lies in
     * @param call the request
     */
    private record Placement(AddressRange reservation, RemoteCall call) {}

    RemoteMemory(RemoteSession session, Offer offer, RemoteDylibs dylibs) {
        this.session = session;
        this.form = offer.memoryForm();
        this.reserveSlab = offer.find(OrcinusNames.RESERVE_SLAB);
        this.pageSizeBytes = offer.setup().pageSizeBytes();
        this.instance = offer.get(form.instance());
        this.reserve = offer.get(form.reserve());
        this.initialize = offer.get(form.initialize());
        this.deinitialize = offer.get(form.deinitialize());
        this.release = offer.get(form.release());
        this.actions = new RemoteActions(offer, dylibs, noCall());
    }

    /**
     * Returns the call that stands for a missing finalize action. LLVM 19 would call address 0 for
     * it, so there the call deallocates an empty list of reservations.
     */
    private WrapperFunctionCall noCall() {
        return form == MemoryForm.WHOLE
                ? new WrapperFunctionCall(release, addresses(List.of()))
                : WrapperFunctionCall.NONE;
    }

    boolean sharesReservations() {
        return reserveSlab != null;
    }

    AddressRange reserve(long sizeBytes) {
        return sharesReservations()
                ? reserveSlab(sizeBytes, false)
                : enter(reserveExactly(wholePages(sizeBytes)));
    }

    AddressRange reserveLow(long sizeBytes) {
        return reserveSlab(sizeBytes, true);
    }

    private AddressRange reserveSlab(long sizeBytes, boolean low) {
        long wholePages = wholePages(sizeBytes);
        SpsWriter arguments =
                new SpsWriter().writeAddress(instance).writeLong(wholePages).writeBoolean(low);
        return enter(
                session.call(reserving(wholePages), reserveSlab, arguments.toBytes())
                        .expected(Sps.RANGE));
    }

    private AddressRange reserveExactly(long wholePages) {
        SpsWriter arguments = new SpsWriter().writeAddress(instance).writeLong(wholePages);
        ExecutorAddress start =
                session.call(reserving(wholePages), reserve, arguments.toBytes())
                        .expected(Sps.ADDRESS);
        return AddressRange.of(start, wholePages);
    }

    private static String reserving(long sizeBytes) {
        return "reserve 0x" + Long.toHexString(sizeBytes) + " bytes";
    }

    private long wholePages(long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a reservation of " + sizeBytes + " bytes");
        }
        return Math.addExact(sizeBytes, pageSizeBytes - 1) & -pageSizeBytes;
    }

    private synchronized AddressRange enter(AddressRange reservation) {
        reservations.put(reservation.start(), reservation);
        return reservation;
    }

    /** Releases a reservation. Does nothing if the end of an allocation has released it already. */
    void release(AddressRange reservation) {
        synchronized (this) {
            if (reservations.remove(reservation.start()) == null) {
                return;
            }
        }
        releaseAll(List.of(reservation.start()));
    }

    RemoteAllocation begin(List<SegmentPlan> plans) {
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("an allocation without segments");
        }
        reservationOf(lowest(plans));
        return new RemoteAllocation(this, plans);
    }

    /** Sends an allocation, and adds it to the list of allocations. */
    PendingAllocation finish(RemoteAllocation allocation, List<TargetAction.Pair> wanted) {
        List<AllocActionCallPair> calls;
        AddressRange reservation;
        try {
            reservation = reservationOf(lowest(allocation.plans()));
            calls = actions.translate(wanted);
        } catch (RuntimeException e) {
            allocation.freeContents();
            giveUp(allocation);
            throw e;
        }
        ExecutorAddress key = lowest(allocation.plans());
        synchronized (this) {
            Placement placement = new Placement(reservation, send(allocation, key, calls));
            placements.put(key, placement);
            return () -> await(key, placement);
        }
    }

    private RemoteCall send(
            RemoteAllocation allocation, ExecutorAddress key, List<AllocActionCallPair> calls) {
        return session.call(
                "finalize " + allocation.plans().size() + " segments at " + key,
                initialize,
                FinalizeArguments.of(instance, allocation, calls),
                allocation::freeContents);
    }

    private ExecutorAddress await(ExecutorAddress key, Placement placement) {
        try {
            requirePlaced(key, placement.call);
            return key;
        } catch (TargetException e) {
            undo(key, placement);
            throw e;
        }
    }

    /**
     * Requires that the allocation is in place. All executors use the lowest address of the
     * segments as the key.
     */
    private void requirePlaced(ExecutorAddress key, RemoteCall call) {
        if (form == MemoryForm.WHOLE) {
            call.success();
            return;
        }
        ExecutorAddress answered = call.expected(Sps.ADDRESS);
        if (!answered.equals(key)) {
            throw call.failure("it returned the key " + answered + " instead of " + key, null);
        }
    }

    /**
     * Removes a failed allocation from the list, once. LLVM 19 to 21 have freed the memory already.
     */
    private void undo(ExecutorAddress key, Placement placement) {
        synchronized (this) {
            if (!placements.remove(key, placement) || sharesReservations()) {
                return;
            }
            if (form == MemoryForm.WHOLE) {
                reservations.remove(placement.reservation.start());
            }
        }
        releaseQuietly(placement.reservation);
    }

    /** Ends an allocation that was never sent. */
    void giveUp(RemoteAllocation allocation) {
        AddressRange reservation = floor(lowest(allocation.plans()));
        if (!sharesReservations() && reservation != null) {
            releaseQuietly(reservation);
        }
    }

    /**
     * Releases a reservation. If that fails, the reservation stays until the end of the session,
     * and does no harm.
     */
    private void releaseQuietly(AddressRange reservation) {
        try {
            release(reservation);
        } catch (TargetException e) {
            // the list of reservations is correct nevertheless
        }
    }

    void deallocate(List<ExecutorAddress> keys) {
        if (keys.isEmpty()) {
            return;
        }
        if (sharesReservations()) {
            forget(keys);
            String what = "deallocate " + keys.size() + " allocations from " + keys.getFirst();
            session.call(what, deinitialize, addresses(keys)).success();
        } else {
            releaseAll(forget(keys));
        }
    }

    /** Removes allocations from the list, and returns the starts of their reservations. */
    private synchronized List<ExecutorAddress> forget(List<ExecutorAddress> keys) {
        requireKnown(keys);
        LinkedHashSet<ExecutorAddress> bases = new LinkedHashSet<>();
        for (ExecutorAddress key : keys) {
            ExecutorAddress base = placements.remove(key).reservation.start();
            bases.add(base);
            if (!sharesReservations()) {
                reservations.remove(base);
            }
        }
        return List.copyOf(bases);
    }

    private void requireKnown(List<ExecutorAddress> keys) {
        for (ExecutorAddress key : keys) {
            if (!placements.containsKey(key)) {
                throw new TargetException(
                        session.peer() + ": there is no allocation at " + key, null);
            }
        }
    }

    private void releaseAll(List<ExecutorAddress> bases) {
        String what = "release " + bases.size() + " reservations from " + bases.getFirst();
        session.call(what, release, addresses(bases)).success();
    }

    /** Deallocates all allocations, the youngest first. */
    void deallocateAll() {
        List<Map.Entry<ExecutorAddress, Placement>> all;
        synchronized (this) {
            all = List.copyOf(placements.entrySet());
        }
        List<ExecutorAddress> keys = new ArrayList<>();
        for (Map.Entry<ExecutorAddress, Placement> entry : all) {
            if (isPlaced(entry.getKey(), entry.getValue())) {
                keys.add(entry.getKey());
            }
        }
        deallocate(keys);
    }

    /**
     * Waits for an allocation, and returns whether it is in place. It may have failed if nobody has
     * waited for it yet.
     */
    private boolean isPlaced(ExecutorAddress key, Placement placement) {
        try {
            await(key, placement);
            return true;
        } catch (TargetException e) {
            return false;
        }
    }

    private byte[] addresses(List<ExecutorAddress> addresses) {
        SpsWriter out = new SpsWriter().writeAddress(instance);
        ADDRESSES.write(out, addresses);
        return out.toBytes();
    }

    private AddressRange reservationOf(ExecutorAddress address) {
        AddressRange reservation = floor(address);
        if (reservation == null) {
            throw new TargetException(session.peer() + ": nothing is reserved at " + address, null);
        }
        return reservation;
    }

    /** Returns the reservation that contains an address, or null. */
    private synchronized AddressRange floor(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, AddressRange> below = reservations.floorEntry(address);
        return below != null && below.getValue().contains(address) ? below.getValue() : null;
    }

    private static ExecutorAddress lowest(List<SegmentPlan> plans) {
        return plans.stream()
                .map(SegmentPlan::address)
                .min(ExecutorAddress::compareTo)
                .orElseThrow();
    }
}
