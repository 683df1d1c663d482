package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/**
 * Gaps between mappings, for memory that has to lie somewhere in particular. The kernel takes an
 * address that is free as it is given ({@code mmap}'s hint).
 */
final class SlabGaps {
    /** What a signed 32-bit displacement reaches, less a margin for a displacement's own addend. */
    private static final long REACH_BYTES = (1L << 31) - (1L << 20);

    /** Nobody maps below this ({@code vm.mmap_min_addr} is lower). */
    private static final ExecutorAddress LOWEST = new ExecutorAddress(1L << 20);

    private static final ExecutorAddress TWO_GIB = new ExecutorAddress(1L << 31);
    private static final long ALIGNMENT_BYTES = 1L << 21;

    private SlabGaps() {}

    /** Where {@code sizeBytes} are free from which every library's code can be reached. */
    static Optional<ExecutorAddress> nearLibraries(MemoryMaps maps, long sizeBytes) {
        AddressRange libraries = libraries(maps);
        long low = libraries.end().value() - REACH_BYTES;
        long high = libraries.start().value() + REACH_BYTES;
        return libraries.isEmpty()
                ? Optional.empty()
                : gap(
                        maps,
                        sizeBytes,
                        new AddressRange(new ExecutorAddress(low), new ExecutorAddress(high)));
    }

    /** Where {@code sizeBytes} are free in the first 2 GiB. */
    static Optional<ExecutorAddress> low(MemoryMaps maps, long sizeBytes) {
        return gap(maps, sizeBytes, new AddressRange(LOWEST, TWO_GIB));
    }

    private static AddressRange libraries(MemoryMaps maps) {
        AddressRange all = new AddressRange(ExecutorAddress.NULL, ExecutorAddress.NULL);
        for (MemoryMaps.Mapping mapping : maps.mappings()) {
            if (mapping.permissions().charAt(2) == 'x' && mapping.file().contains(".so")) {
                ExecutorAddress start = all.isEmpty() ? mapping.range().start() : all.start();
                all = new AddressRange(start, mapping.range().end());
            }
        }
        return all;
    }

    /** The highest one in the window. */
    private static Optional<ExecutorAddress> gap(
            MemoryMaps maps, long sizeBytes, AddressRange window) {
        Optional<ExecutorAddress> found = Optional.empty();
        ExecutorAddress from = window.start();
        for (MemoryMaps.Mapping mapping : maps.mappings()) {
            ExecutorAddress to = min(mapping.range().start(), window.end());
            found = place(from, to, sizeBytes).or(keep(found));
            from = max(from, mapping.range().end());
        }
        return place(from, window.end(), sizeBytes).or(keep(found));
    }

    private static java.util.function.Supplier<Optional<ExecutorAddress>> keep(
            Optional<ExecutorAddress> found) {
        return () -> found;
    }

    private static Optional<ExecutorAddress> place(
            ExecutorAddress from, ExecutorAddress to, long sizeBytes) {
        if (from.compareTo(to) >= 0 || to.minus(from) < sizeBytes) {
            return Optional.empty();
        }
        ExecutorAddress start =
                new ExecutorAddress(to.value() - sizeBytes).alignDown(ALIGNMENT_BYTES);
        return start.compareTo(from) >= 0 ? Optional.of(start) : Optional.empty();
    }

    private static ExecutorAddress min(ExecutorAddress a, ExecutorAddress b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static ExecutorAddress max(ExecutorAddress a, ExecutorAddress b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
