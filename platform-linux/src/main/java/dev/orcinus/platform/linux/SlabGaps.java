package dev.orcinus.platform.linux;

import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds gaps between mappings, for memory that has to lie in a certain place. The kernel maps a
 * free address where it is asked to ({@code mmap}'s hint).
 */
public final class SlabGaps {
    /** The reach of a signed 32-bit displacement, less a margin for its addend. */
    private static final long REACH_BYTES = (1L << 31) - (1L << 20);

    /** The lowest address of a slab ({@code vm.mmap_min_addr} is lower). */
    private static final ExecutorAddress LOWEST = new ExecutorAddress(1L << 20);

    private static final ExecutorAddress TWO_GIB = new ExecutorAddress(1L << 31);
    private static final long ALIGNMENT_BYTES = 1L << 21;

    /**
     * libgcc's unwinder skips a function whose address, in the 4 bytes that compilers give it in
     * {@code .eh_frame}, is 0, because it takes it for one that a linker has removed ({@code
     * linear_search_fdes}). So no slab holds an address that is a multiple of this.
     */
    private static final long UNWINDABLE_BYTES = 1L << 32;

    /**
     * Libraries that compiled code refers to by itself, the most frequent first: the part of the
     * file's name before the first dot or dash. {@code ld} has {@code __tls_get_addr}; in older
     * versions of glibc, {@code libpthread} is a library of its own.
     */
    private static final List<String> COMMON =
            List.of("libc", "libstdc++", "libm", "libgcc_s", "ld", "libpthread");

    /** The least room that makes it worth being near a common library. */
    public static final long USEFUL_BYTES = 64L << 20;

    private SlabGaps() {}

    /**
     * Returns a gap in the first 2 GiB; one that begins there, if it is of more than half of them.
     *
     * @throws HostCallException if there is none of {@code sizeBytes}
     */
    public static AddressRange low(MemoryMaps maps, long sizeBytes) throws HostCallException {
        AddressRange window = new AddressRange(LOWEST, TWO_GIB);
        boolean isLarge = sizeBytes > window.sizeBytes() / 2;
        return AddressRange.of(
                (isLarge ? lowestGap(maps, sizeBytes) : gap(maps, sizeBytes, window))
                        .orElseThrow(
                                () ->
                                        Failure.of(
                                                "mmap(size=0x%x, between %s)"
                                                        .formatted(sizeBytes, window),
                                                Errno.ENOMEM)),
                sizeBytes);
    }

    /** Returns the lowest gap, if it begins in the first 2 GiB. */
    private static Optional<ExecutorAddress> lowestGap(MemoryMaps maps, long sizeBytes) {
        ExecutorAddress from = LOWEST.alignUp(ALIGNMENT_BYTES);
        for (MemoryMaps.Mapping mapping : maps.mappings()) {
            ExecutorAddress end = mapping.range().start();
            if (from.compareTo(TWO_GIB) >= 0
                    || (from.compareTo(end) < 0 && end.minus(from) >= sizeBytes)) {
                break;
            }
            from = max(from, mapping.range().end().alignUp(ALIGNMENT_BYTES));
        }
        return from.compareTo(TWO_GIB) < 0 ? Optional.of(from) : Optional.empty();
    }

    /** Returns a gap of {@code sizeBytes} near the libraries; empty if there is none. */
    public static Optional<AddressRange> nearLibraries(MemoryMaps maps, long sizeBytes) {
        return gap(maps, sizeBytes, windowNearLibraries(maps, sizeBytes))
                .map(start -> AddressRange.of(start, sizeBytes));
    }

    /**
     * Returns the addresses from which all libraries are within reach, if there is room. Libraries
     * may lie further apart than that: a large heap between them is enough. So they are taken one
     * after the other, the common ones first, and one that would leave too little room is skipped:
     * calls of its functions go through stubs. A common library may cost a part of the slab's size,
     * because code reaches its variables from nearby only; another one may not. If no library
     * leaves room, the slab may lie at any place below them.
     */
    private static AddressRange windowNearLibraries(MemoryMaps maps, long sizeBytes) {
        AddressRange window = new AddressRange(LOWEST, max(LOWEST, libraryEnd(maps)));
        for (MemoryMaps.Mapping library : byImportance(maps)) {
            long neededBytes = isCommon(library) ? Math.min(sizeBytes, USEFUL_BYTES) : sizeBytes;
            AddressRange narrower = intersection(window, around(library.range()));
            if (!narrower.equals(window) && gap(maps, neededBytes, narrower).isPresent()) {
                window = narrower;
            }
        }
        return window;
    }

    private static ExecutorAddress libraryEnd(MemoryMaps maps) {
        ExecutorAddress end = ExecutorAddress.NULL;
        for (MemoryMaps.Mapping mapping : maps.mappings()) {
            end = isLibrary(mapping) ? mapping.range().end() : end;
        }
        return end;
    }

    private static List<MemoryMaps.Mapping> byImportance(MemoryMaps maps) {
        List<MemoryMaps.Mapping> libraries = new ArrayList<>();
        for (MemoryMaps.Mapping mapping : maps.mappings()) {
            if (isLibrary(mapping)) {
                libraries.add(mapping);
            }
        }
        libraries.sort((one, other) -> Integer.compare(rank(one), rank(other)));
        return libraries;
    }

    private static boolean isLibrary(MemoryMaps.Mapping mapping) {
        return mapping.permissions().charAt(2) == 'x' && mapping.file().contains(".so");
    }

    private static boolean isCommon(MemoryMaps.Mapping library) {
        return rank(library) < COMMON.size();
    }

    private static int rank(MemoryMaps.Mapping library) {
        String name = library.file();
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '-') {
            end++;
        }
        int rank = COMMON.indexOf(name.substring(0, end));
        return rank >= 0 ? rank : COMMON.size();
    }

    /** Returns the addresses from which both ends of {@code library} are within reach. */
    private static AddressRange around(AddressRange library) {
        return new AddressRange(
                new ExecutorAddress(Math.max(0, library.end().value() - REACH_BYTES)),
                library.start().plus(REACH_BYTES));
    }

    /** Returns the common part of two ranges; empty if there is none. */
    private static AddressRange intersection(AddressRange one, AddressRange other) {
        ExecutorAddress start = max(one.start(), other.start());
        return new AddressRange(start, max(start, min(one.end(), other.end())));
    }

    /** Returns the highest gap in the window. */
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
        ExecutorAddress start = below(to, sizeBytes);
        ExecutorAddress boundary = lastBoundary(AddressRange.of(start, sizeBytes));
        if (boundary.compareTo(start) >= 0) {
            start = below(boundary, sizeBytes);
        }
        return start.compareTo(from) >= 0 ? Optional.of(start) : Optional.empty();
    }

    /**
     * Returns the highest address at or below the last byte of a range where libgcc's unwinder
     * would not find a function; it lies below the range if the range has none.
     */
    public static ExecutorAddress lastBoundary(AddressRange range) {
        return new ExecutorAddress(range.end().value() - 1).alignDown(UNWINDABLE_BYTES);
    }

    /**
     * Returns the highest aligned start of {@code sizeBytes} that end at {@code end} or below; 0 if
     * there is none.
     */
    private static ExecutorAddress below(ExecutorAddress end, long sizeBytes) {
        return new ExecutorAddress(Math.max(0, end.value() - sizeBytes)).alignDown(ALIGNMENT_BYTES);
    }

    private static ExecutorAddress min(ExecutorAddress a, ExecutorAddress b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static ExecutorAddress max(ExecutorAddress a, ExecutorAddress b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
