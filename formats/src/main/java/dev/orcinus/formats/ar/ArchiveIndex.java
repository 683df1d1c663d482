package dev.orcinus.formats.ar;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which member defines a symbol: the first that does, where there are several.
 *
 * @param offsets where a symbol's member has its header, in the order of the index
 */
public record ArchiveIndex(Map<String, Long> offsets) {
    /** Copies nothing; keeps the order. */
    public ArchiveIndex {
        offsets = Collections.unmodifiableMap(offsets);
    }

    /** Collects an index. */
    public static final class Builder {
        private final Map<String, Long> offsets = new LinkedHashMap<>();

        /** Starts an index without symbols. */
        public Builder() {}

        /** A member defines a symbol. */
        public void add(String symbol, long headerOffset) {
            offsets.putIfAbsent(symbol, headerOffset);
        }

        /** What has been collected; nothing can be added any more. */
        public ArchiveIndex build() {
            return new ArchiveIndex(offsets);
        }
    }
}
