package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.SysMman.MADV_DONTNEED;
import static dev.orcinus.bindings.linux.SysMman.MADV_HUGEPAGE;
import static dev.orcinus.bindings.linux.SysMman.MAP_ANONYMOUS;
import static dev.orcinus.bindings.linux.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.linux.SysMman.MAP_FIXED_NOREPLACE;
import static dev.orcinus.bindings.linux.SysMman.MAP_NORESERVE;
import static dev.orcinus.bindings.linux.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.linux.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.linux.SysMman.PROT_READ;
import static dev.orcinus.bindings.linux.SysMman.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.Errno;
import dev.orcinus.bindings.linux.SysMman;
import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.bindings.linux.Unwind;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pages of this process by {@code mmap}. It has no state beyond the page size; any thread may call.
 */
final class LinuxMemory implements GuestMemory {
    /** The size of a huge page on x86-64, and on AArch64 with pages of 4 KiB. */
    private static final long HUGE_PAGE_BYTES = 2L << 20;

    private final Processor processor;
    private final long pageSizeBytes = Unistd.sysconf(Unistd._SC_PAGESIZE);
    private final MappingQuery mappings = new MappingQuery("self");
    private final CheckedCopy checkedCopy = new CheckedCopy();

    LinuxMemory(Processor processor) {
        this.processor = processor;
    }

    @Override
    public long pageSizeBytes() {
        return pageSizeBytes;
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
                SysMman.madvise(state, range.start().value(), range.sizeBytes(), MADV_HUGEPAGE);
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

    private AddressRange map(ErrnoState state, long hint, long sizeBytes, int flags)
            throws HostCallException {
        long size = roundToPages(sizeBytes, "mmap");
        long start = SysMman.mmap(state, hint, size, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (start == MAP_FAILED) {
            throw Failure.of("mmap(size=0x" + Long.toHexString(size) + ")", state);
        }
        return AddressRange.of(new ExecutorAddress(start), size);
    }

    @Override
    public MemorySegment fill(AddressRange range) {
        return NativeMemory.view(range.start().value(), range.sizeBytes());
    }

    /** Makes instructions visible to instruction fetch while their pages can still be written. */
    @Override
    public void publish(List<Publication> ranges) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            for (Publication range : ranges) {
                if (range.prot().isExecutable()) {
                    flushInstructionCache(range.pages());
                }
                protect(state, range.pages(), range.prot());
            }
        }
    }

    private void flushInstructionCache(AddressRange range) {
        if (!processor.hasCoherentInstructionCache()) {
            Unwind.__clear_cache(range.start().value(), range.end().value());
        }
    }

    private static void protect(ErrnoState state, AddressRange range, MemProt prot)
            throws HostCallException {
        long start = range.start().value();
        if (SysMman.mprotect(state, start, range.sizeBytes(), bits(prot)) != 0) {
            throw Failure.of("mprotect(" + range + ", " + prot + ")", state);
        }
    }

    @Override
    public Map<AddressRange, HostCallException> discard(List<AddressRange> ranges) {
        return each(ranges, LinuxMemory::discard);
    }

    private static void discard(ErrnoState state, AddressRange range) throws HostCallException {
        long start = range.start().value();
        if (SysMman.madvise(state, start, range.sizeBytes(), MADV_DONTNEED) != 0) {
            throw Failure.of("madvise(" + range + ", MADV_DONTNEED)", state);
        }
        protect(state, range, MemProt.READ_WRITE);
    }

    @Override
    public Map<AddressRange, HostCallException> unmap(List<AddressRange> ranges) {
        return each(ranges, LinuxMemory::unmap);
    }

    private static void unmap(ErrnoState state, AddressRange range) throws HostCallException {
        if (SysMman.munmap(state, range.start().value(), range.sizeBytes()) != 0) {
            throw Failure.of("munmap(" + range + ")", state);
        }
    }

    /** A call for one range. */
    @FunctionalInterface
    private interface Step {
        void run(ErrnoState state, AddressRange range) throws HostCallException;
    }

    private static Map<AddressRange, HostCallException> each(List<AddressRange> ranges, Step step) {
        Map<AddressRange, HostCallException> failures = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            for (AddressRange range : ranges) {
                try {
                    step.run(state, range);
                } catch (HostCallException e) {
                    failures.put(range, e);
                }
            }
        }
        return failures;
    }

    @Override
    public boolean tryRead(ExecutorAddress source, MemorySegment target) {
        return checkedCopy.read(source, target);
    }

    @Override
    public boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        return checkedCopy.write(source, target);
    }

    /**
     * Stores a word if its page is writable. If the page is unmapped after that check, the store
     * faults.
     */
    @Override
    public boolean tryStore(long value, ExecutorAddress target) {
        if (!mappings.isWritable(target)) {
            return false;
        }
        VarHandle.releaseFence();
        NativeMemory.view(target.value(), Long.BYTES).set(JAVA_LONG, 0, value);
        return true;
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

    private static int bits(MemProt prot) {
        return (prot.isReadable() ? PROT_READ : 0)
                | (prot.isWritable() ? PROT_WRITE : 0)
                | (prot.isExecutable() ? PROT_EXEC : 0);
    }

    private long roundToPages(long sizeBytes, String call) throws HostCallException {
        long rounded = (sizeBytes + pageSizeBytes - 1) & -pageSizeBytes;
        if (Long.compareUnsigned(rounded, sizeBytes) < 0) {
            throw Failure.of(call + "(size=0x" + Long.toHexString(sizeBytes) + ")", Errno.ENOMEM);
        }
        return rounded;
    }
}
