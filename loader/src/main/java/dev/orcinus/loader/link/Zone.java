package dev.orcinus.loader.link;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A part of a slab for memory of one protection, so that the OS can merge neighbouring mappings. It
 * hands out the lowest free range. It is not synchronized.
 */
final class Zone {
    private final TreeMap<ExecutorAddress, AddressRange> free = new TreeMap<>();

    Zone(AddressRange range) {
        free.put(range.start(), range);
    }

    /**
     * Returns the lowest free range that is large enough, if there is one, and marks it as taken.
     */
    Optional<AddressRange> take(long sizeBytes, long alignmentBytes) {
        for (AddressRange candidate : free.values()) {
            ExecutorAddress start = candidate.start().alignUp(alignmentBytes);
            if (start.compareTo(candidate.end()) < 0 && candidate.end().minus(start) >= sizeBytes) {
                AddressRange taken = AddressRange.of(start, sizeBytes);
                free.remove(candidate.start());
                putIfAny(new AddressRange(candidate.start(), start));
                putIfAny(new AddressRange(taken.end(), candidate.end()));
                return Optional.of(taken);
            }
        }
        return Optional.empty();
    }

    private void putIfAny(AddressRange range) {
        if (!range.isEmpty()) {
            free.put(range.start(), range);
        }
    }

    /** Gives back a range that was taken. */
    void giveBack(AddressRange range) {
        AddressRange merged = range;
        Map.Entry<ExecutorAddress, AddressRange> below = free.lowerEntry(range.start());
        if (below != null && below.getValue().end().equals(range.start())) {
            free.remove(below.getKey());
            merged = new AddressRange(below.getKey(), merged.end());
        }
        AddressRange above = free.remove(range.end());
        if (above != null) {
            merged = new AddressRange(merged.start(), above.end());
        }
        free.put(merged.start(), merged);
    }
}
