package dev.orcinus.formats.ar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members that define symbols.
 *
 * @param offsets for each symbol the offset of the header of the first member that defines it, in
 *     the order of the index
 * @param later the offsets of the other members that define a symbol, for the few symbols that have
 *     some
 */
public record ArchiveIndex(Map<String, Long> offsets, Map<String, List<Long>> later) {
    /** Keeps the maps, and their order, without a copy. */
    public ArchiveIndex {
        offsets = Collections.unmodifiableMap(offsets);
        later = Collections.unmodifiableMap(later);
    }

    /** Returns the offsets of all members that define a symbol, in the order of the index. */
    public List<Long> all(String symbol) {
        Long first = offsets.get(symbol);
        if (first == null) {
            return List.of();
        }
        List<Long> all = new ArrayList<>(List.of(first));
        all.addAll(later.getOrDefault(symbol, List.of()));
        return all;
    }

    /** Collects an index. */
    public static final class Builder {
        private final Map<String, Long> offsets = new LinkedHashMap<>();
        private final Map<String, List<Long>> later = new LinkedHashMap<>();

        /** Starts an index without symbols. */
        public Builder() {}

        /** Adds a symbol that a member defines. */
        public void add(String symbol, long headerOffset) {
            Long first = offsets.putIfAbsent(symbol, headerOffset);
            if (first != null && first != headerOffset) {
                later.computeIfAbsent(symbol, _ -> new ArrayList<>()).add(headerOffset);
            }
        }

        /** Returns the index; no symbol may be added any more. */
        public ArchiveIndex build() {
            return new ArchiveIndex(offsets, later);
        }
    }
}
