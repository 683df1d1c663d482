package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Section;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The sizes of the parts of a slab, or of what a batch needs in them. One thread may use it. */
final class SlabParts {
    /** The uses whose memory lies within reach of code, in the order in which it lies. */
    static final List<Section.Use> NEAR =
            List.of(Section.Use.CODE, Section.Use.CONSTANTS, Section.Use.VARIABLES);

    private static final long GRANULE_BYTES = 1L << 20;

    /** Room for entries and stubs, for the rests of pages and for what is joined. */
    private static final long EXTRA_BYTES = 16L << 20;

    /** More than an address space has. Sizes of broken objects add up to no more. */
    private static final long MOST_BYTES = 1L << 48;

    /** One number for each use, which changes with each block. */
    private final Map<Section.Use, long[]> sizes = new EnumMap<>(Section.Use.class);

    /** Adds a number of bytes to a part. */
    void add(Section.Use use, long sizeBytes) {
        long sum = sizeBytes(use) + limited(sizeBytes);
        sizes.computeIfAbsent(use, _ -> new long[1])[0] = limited(sum);
    }

    /** Adds a block, with the gap that its alignment may leave. */
    void add(Block block) {
        long size = limited(block.sizeBytes()) + limited(block.alignmentBytes()) - 1;
        add(block.section().use(), size);
    }

    /** Adds the sizes of other parts. */
    void addAll(SlabParts others) {
        others.sizes.forEach((use, size) -> add(use, size[0]));
    }

    private static long limited(long sizeBytes) {
        return Long.compareUnsigned(sizeBytes, MOST_BYTES) > 0 ? MOST_BYTES : sizeBytes;
    }

    long sizeBytes(Section.Use use) {
        long[] size = sizes.get(use);
        return size == null ? 0 : size[0];
    }

    /** Returns the size of all parts. */
    long sizeBytes() {
        long all = sizeBytes(Section.Use.LARGE);
        for (Section.Use use : NEAR) {
            all += sizeBytes(use);
        }
        return all;
    }

    /** Returns parts in which there is also room for what linking adds. */
    SlabParts withRoomForEntries() {
        SlabParts parts = new SlabParts();
        for (Section.Use use : NEAR) {
            long size = sizeBytes(use);
            long more = use == Section.Use.VARIABLES ? 0 : size / 4;
            parts.add(use, rounded(size + more + EXTRA_BYTES));
        }
        long large = sizeBytes(Section.Use.LARGE);
        parts.add(Section.Use.LARGE, large == 0 ? 0 : rounded(large + EXTRA_BYTES));
        return parts;
    }

    private static long rounded(long sizeBytes) {
        return (sizeBytes + GRANULE_BYTES - 1) & -GRANULE_BYTES;
    }
}
