package dev.orcinus.platform.linux;

import dev.orcinus.bindings.linux.Errno;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
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

    /** The start of a gap of {@code sizeBytes} in that place. */
    static long find(MemoryMaps maps, long sizeBytes, SlabPlace place) throws HostCallException {
        AddressRange window =
                switch (place) {
                    case ANYWHERE, NEAR_LIBRARIES -> aroundLibraries(maps);
                    case LOW -> new AddressRange(LOWEST, TWO_GIB);
                };
        return gap(maps, sizeBytes, window)
                .orElseThrow(
                        () ->
                                Failure.of(
                                        "mmap(size=0x"
                                                + Long.toHexString(sizeBytes)
                                                + ", between "
                                                + window
                                                + ")",
                                        Errno.ENOMEM))
                .value();
    }

    private static AddressRange aroundLibraries(MemoryMaps maps) {
        AddressRange libraries = libraries(maps);
        return new AddressRange(
                new ExecutorAddress(Math.max(0, libraries.end().value() - REACH_BYTES)),
                libraries.start().plus(REACH_BYTES));
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
        Optional<ExecutorAddress> highest = Optional.empty();
        ExecutorAddress from = window.start();
        for (MemoryMaps.Mapping mapping : maps.mappings()) {
            Optional<ExecutorAddress> found =
                    place(from, min(mapping.range().start(), window.end()), sizeBytes);
            highest = found.isPresent() ? found : highest;
            from = max(from, mapping.range().end());
        }
        Optional<ExecutorAddress> last = place(from, window.end(), sizeBytes);
        return last.isPresent() ? last : highest;
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
