package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A reserved range (LLVM's slab) and who uses which of its pages. Guarded by the lock of its {@link
 * MemoryManager}.
 */
final class Reservation {
    private final AddressRange range;
    private final String sharedName;
    private final TreeMap<ExecutorAddress, Claim> claims = new TreeMap<>();
    private final Map<ExecutorAddress, FinalizedAllocation> allocations = new TreeMap<>();

    /** Whole pages in use by an allocation, in flight or finalized. */
    private record Claim(AddressRange pages, InFlightAllocation owner) {}

    /** A reservation; {@code sharedName} is null for private memory. */
    Reservation(AddressRange range, String sharedName) {
        this.range = range;
        this.sharedName = sharedName;
    }

    AddressRange range() {
        return range;
    }

    Optional<String> sharedName() {
        return Optional.ofNullable(sharedName);
    }

    boolean isShared() {
        return sharedName != null;
    }

    /** Claims pages, or answers the claimed range that they overlap. */
    Optional<AddressRange> claim(AddressRange pages, InFlightAllocation owner) {
        Map.Entry<ExecutorAddress, Claim> below = claims.lowerEntry(pages.end());
        if (below != null && below.getValue().pages.overlaps(pages)) {
            return Optional.of(below.getValue().pages);
        }
        if (!pages.isEmpty()) {
            claims.put(pages.start(), new Claim(pages, owner));
        }
        return Optional.empty();
    }

    boolean isClaimed(AddressRange pages, InFlightAllocation owner) {
        Claim claim = claims.get(pages.start());
        return claim != null && claim.owner == owner;
    }

    void unclaim(AddressRange pages) {
        claims.remove(pages.start());
    }

    void add(FinalizedAllocation allocation) {
        allocations.put(allocation.key(), allocation);
    }

    Optional<FinalizedAllocation> allocationAt(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, Claim> below = claims.floorEntry(address);
        if (below == null || !below.getValue().pages.contains(address)) {
            return Optional.empty();
        }
        ExecutorAddress key = below.getValue().owner.key();
        return Optional.ofNullable(allocations.get(key)).filter(a -> a.holds(address));
    }

    boolean isInUse() {
        return !allocations.isEmpty();
    }

    boolean hasAllocation(ExecutorAddress key) {
        return allocations.containsKey(key);
    }

    /** Takes the settled allocation of {@code key} out, if there is one; its claims stay. */
    Optional<FinalizedAllocation> remove(ExecutorAddress key) {
        FinalizedAllocation allocation = allocations.get(key);
        return allocation != null && allocation.isSettled()
                ? Optional.of(allocations.remove(key))
                : Optional.empty();
    }

    void discard(FinalizedAllocation allocation) {
        allocations.remove(allocation.key());
    }

    /** The pages of an allocation that is not finalized yet, if there is one. */
    Optional<AddressRange> inFlight() {
        return claims.values().stream()
                .filter(claim -> claim.owner.isOpen())
                .map(Claim::pages)
                .findFirst();
    }

    /** Takes all allocations out, the youngest first. */
    List<FinalizedAllocation> removeAll() {
        List<FinalizedAllocation> all = new ArrayList<>(allocations.values());
        all.sort(Comparator.comparingLong(FinalizedAllocation::serial).reversed());
        allocations.clear();
        return all;
    }
}
