package dev.orcinus.formats.ar;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The members that define symbols: for each symbol the first one that defines it.
 *
 * @param offsets the offset of the header of each symbol's member, in the order of the index
 */
public record ArchiveIndex(Map<String, Long> offsets) {
    /** Keeps the map, and its order, without a copy. */
    public ArchiveIndex {
        offsets = Collections.unmodifiableMap(offsets);
    }

    /** Collects an index. */
    public static final class Builder {
        private final Map<String, Long> offsets = new LinkedHashMap<>();

        /** Starts an index without symbols. */
        public Builder() {}

        /** Adds a symbol that a member defines, unless an earlier member does. */
        public void add(String symbol, long headerOffset) {
            offsets.putIfAbsent(symbol, headerOffset);
        }

        /** Returns the index; no symbol may be added any more. */
        public ArchiveIndex build() {
            return new ArchiveIndex(offsets);
        }
    }
}
