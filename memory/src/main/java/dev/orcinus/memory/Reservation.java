package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A reserved range (LLVM's slab) and the allocations that use its pages. The lock of the {@link
 * Books} guards it.
 */
final class Reservation {
    private final AddressRange range;
    private final String sharedName;
    private final TreeMap<ExecutorAddress, Claim> claims = new TreeMap<>();
    private final Map<ExecutorAddress, FinalizedAllocation> allocations = new TreeMap<>();

    /** Whole pages in use by an allocation, in flight or finalized. */
    private record Claim(Segment segment, InFlightAllocation owner) {
        AddressRange pages() {
            return segment.pages();
        }
    }

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

    /** Claims the pages of a segment, or returns the claimed range that they overlap. */
    Optional<AddressRange> claim(Segment segment, InFlightAllocation owner) {
        AddressRange pages = segment.pages();
        Map.Entry<ExecutorAddress, Claim> below = claims.lowerEntry(pages.end());
        if (below != null && below.getValue().pages().overlaps(pages)) {
            return Optional.of(below.getValue().pages());
        }
        if (!pages.isEmpty()) {
            claims.put(pages.start(), new Claim(segment, owner));
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
        return claimAt(address)
                .map(claim -> allocations.get(claim.owner.key()))
                .filter(allocation -> allocation.holds(address));
    }

    /** Returns whether an address lies in published code that stays mapped. */
    boolean holdsCode(ExecutorAddress address) {
        return claimAt(address)
                .filter(c -> c.segment.isCode() && c.segment.staysMapped() && c.owner.isPublished())
                .isPresent();
    }

    /** Returns the pages of published code. */
    List<AddressRange> code() {
        return claims.values().stream()
                .filter(claim -> claim.segment.isLastingCode() && claim.owner.isPublished())
                .map(Claim::pages)
                .toList();
    }

    private Optional<Claim> claimAt(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, Claim> below = claims.floorEntry(address);
        return below != null && below.getValue().pages().contains(address)
                ? Optional.of(below.getValue())
                : Optional.empty();
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

    /** Returns the pages of an allocation that is not finalized yet, if there is one. */
    Optional<AddressRange> inFlight() {
        for (Claim claim : claims.values()) {
            if (claim.owner.isOpen()) {
                return Optional.of(claim.pages());
            }
        }
        return Optional.empty();
    }

    /** Takes all allocations out, the youngest first. */
    List<FinalizedAllocation> removeAll() {
        List<FinalizedAllocation> all = new ArrayList<>(allocations.values());
        all.sort((one, other) -> Long.compare(other.serial(), one.serial()));
        allocations.clear();
        return all;
    }
}
