package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxMman.MADV_DONTNEED;
import static dev.orcinus.bindings.linux.LinuxMman.MADV_HUGEPAGE;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_ANONYMOUS;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_FIXED_NOREPLACE;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxMman;
import dev.orcinus.bindings.linux.Unwind;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.errno.LinuxErrors;
import dev.orcinus.platform.posix.MappedPages;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Pages of this process, under Linux. Any thread may call. */
final class LinuxMemory extends MappedPages {
    /** The size of a huge page on x86-64, and on AArch64 with pages of 4 KiB. */
    private static final long HUGE_PAGE_BYTES = 2L << 20;

    private final Processor processor;
    private final MappingQuery mappings = new MappingQuery("self");
    private final CheckedCopy checkedCopy = new CheckedCopy();

    LinuxMemory(Processor processor) {
        super(new LinuxErrors());
        this.processor = processor;
    }

    /**
     * Maps pages. Large ranges ask for huge pages, to which the kernel aligns them by itself: 16
     * MiB then take 8 page faults instead of 4096, and are filled from a socket three to four times
     * as fast.
     */
    @Override
    public AddressRange map(long sizeBytes) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            AddressRange range = mapUnwindable(state, sizeBytes, MAP_PRIVATE | MAP_ANONYMOUS);
            if (range.sizeBytes() >= HUGE_PAGE_BYTES) {
                LinuxMman.madvise(state, range.start().value(), range.sizeBytes(), MADV_HUGEPAGE);
            }
            return range;
        }
    }

    @Override
    public AddressRange mapSlab(long sizeBytes, SlabPlace place) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
            return switch (place) {
                case ANYWHERE -> mapUnwindable(state, sizeBytes, flags);
                case NEAR_LIBRARIES -> mapNearLibraries(state, sizeBytes, flags);
                case LOW -> map(state, SlabGaps.low(MemoryMaps.read(), sizeBytes), flags);
            };
        }
    }

    /**
     * Maps pages, in another place if the OS would put them over an address that no code may have.
     */
    private AddressRange mapUnwindable(ErrnoState state, long sizeBytes, int flags)
            throws HostCallException {
        AddressRange first = map(state, 0, sizeBytes, flags);
        ExecutorAddress boundary = SlabGaps.lastBoundary(first);
        if (boundary.compareTo(first.start()) < 0) {
            return first;
        }
        long below = boundary.value() - first.sizeBytes();
        SysMman.munmap(state, first.start().value(), first.sizeBytes());
        return map(state, below, sizeBytes, flags);
    }

    /**
     * Maps a slab near the libraries: of {@code sizeBytes}, else of half that, and so on down to 64
     * MiB, else anywhere. Code that was not compiled for far data, as gcc compiles by default, can
     * use variables of libraries from there only, so less room is better than none. A gap may be
     * taken: another thread has just mapped something there, or an emulator does not list all that
     * it has mapped.
     */
    private AddressRange mapNearLibraries(ErrnoState state, long sizeBytes, int flags)
            throws HostCallException {
        MemoryMaps maps = MemoryMaps.read();
        long least = Math.min(sizeBytes, SlabGaps.USEFUL_BYTES);
        for (long size = sizeBytes; size > 0 && size >= least; size /= 2) {
            Optional<AddressRange> gap = SlabGaps.nearLibraries(maps, size);
            if (gap.isPresent()) {
                try {
                    return map(state, gap.get(), flags);
                } catch (HostCallException taken) { // a smaller one may lie elsewhere
                }
            }
        }
        return mapUnwindable(state, sizeBytes, flags);
    }

    private AddressRange map(ErrnoState state, AddressRange gap, int flags)
            throws HostCallException {
        int there = flags | MAP_FIXED_NOREPLACE;
        return map(state, gap.start().value(), gap.sizeBytes(), there);
    }

    @Override
    protected void flushInstructionCache(AddressRange range) {
        if (!processor.hasCoherentInstructionCache()) {
            Unwind.__clear_cache(range.start().value(), range.end().value());
        }
    }

    @Override
    protected void discard(ErrnoState state, AddressRange range) throws HostCallException {
        long start = range.start().value();
        if (LinuxMman.madvise(state, start, range.sizeBytes(), MADV_DONTNEED) != 0) {
            throw Failure.of("madvise(" + range + ", MADV_DONTNEED)", state);
        }
        protect(state, range, MemProt.READ_WRITE);
    }

    @Override
    public boolean tryRead(ExecutorAddress source, MemorySegment target) {
        return checkedCopy.read(source, target);
    }

    @Override
    public boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        return checkedCopy.write(source, target);
    }

    @Override
    protected boolean isWritable(ExecutorAddress address) {
        return mappings.isWritable(address);
    }

    @Override
    public boolean isExecutable(ExecutorAddress address) {
        return mappings.isExecutable(address);
    }

    @Override
    public SharedMapping mapShared(long sizeBytes) throws HostCallException {
        return SharedObjects.map(roundToPages(sizeBytes, "shm_open"));
    }

    @Override
    public void unlinkShared(String name) throws HostCallException {
        SharedObjects.unlink(name);
    }
}
