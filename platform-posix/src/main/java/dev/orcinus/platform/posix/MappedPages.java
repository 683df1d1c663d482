package dev.orcinus.platform.posix;

import static dev.orcinus.bindings.posix.SysMman.MAP_FAILED;
import static dev.orcinus.bindings.posix.SysMman.PROT_EXEC;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysMman;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pages of this process by {@code mmap}. It has no state; any thread may call. Where pages go, how
 * their contents are dropped, and how memory is copied with care are up to the system.
 */
public abstract class MappedPages implements GuestMemory {
    private final CallErrors errors;

    /**
     * Initialized when somebody asks: the first native call of a JVM waits until it is prepared.
     */
    private static final class PageSize {
        static final long BYTES = Unistd.getpagesize();
    }

    /**
     * For the memory of a system.
     *
     * @param errors makes exceptions
     */
    protected MappedPages(CallErrors errors) {
        this.errors = errors;
    }

    @Override
    public final long pageSizeBytes() {
        return PageSize.BYTES;
    }

    @Override
    public final MemorySegment fill(AddressRange range) {
        return NativeMemory.view(range.start().value(), range.sizeBytes());
    }

    /** Makes instructions visible to instruction fetch while their pages can still be written. */
    @Override
    public final void publish(List<Publication> ranges) throws HostCallException {
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

    /** Makes written bytes visible to instruction fetch, where the processor does not do that. */
    protected abstract void flushInstructionCache(AddressRange range);

    @Override
    public final Map<AddressRange, HostCallException> discard(List<AddressRange> ranges) {
        return each(ranges, this::discard);
    }

    /** Gives the contents of pages back and makes them zeros that can be written. */
    protected abstract void discard(ErrnoState state, AddressRange range) throws HostCallException;

    @Override
    public final Map<AddressRange, HostCallException> unmap(List<AddressRange> ranges) {
        return each(ranges, this::unmap);
    }

    private void unmap(ErrnoState state, AddressRange range) throws HostCallException {
        if (SysMman.munmap(state, range.start().value(), range.sizeBytes()) != 0) {
            throw errors.failed("munmap(" + range + ")", state);
        }
    }

    /**
     * Stores a word if its page is writable. If the page is unmapped after that check, the store
     * faults.
     */
    @Override
    public final boolean tryStore(long value, ExecutorAddress target) {
        if (!isWritable(target)) {
            return false;
        }
        VarHandle.releaseFence();
        NativeMemory.view(target.value(), Long.BYTES).set(JAVA_LONG, 0, value);
        return true;
    }

    /** Returns whether a page that can be written is mapped at an address at this moment. */
    protected abstract boolean isWritable(ExecutorAddress address);

    /** Maps pages of this process alone that can be read and written. */
    protected final AddressRange map(ErrnoState state, long hint, long sizeBytes, int flags)
            throws HostCallException {
        long size = roundToPages(sizeBytes, "mmap");
        long start = SysMman.mmap(state, hint, size, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (start == MAP_FAILED) {
            throw errors.failed("mmap(size=0x" + Long.toHexString(size) + ")", state);
        }
        return AddressRange.of(new ExecutorAddress(start), size);
    }

    /** Sets the protection of pages. */
    protected final void protect(ErrnoState state, AddressRange range, MemProt prot)
            throws HostCallException {
        long start = range.start().value();
        if (SysMman.mprotect(state, start, range.sizeBytes(), bits(prot)) != 0) {
            throw errors.failed("mprotect(" + range + ", " + prot + ")", state);
        }
    }

    /**
     * Returns a size in whole pages.
     *
     * @param call the call that the size is for
     */
    protected final long roundToPages(long sizeBytes, String call) throws HostCallException {
        long rounded = (sizeBytes + PageSize.BYTES - 1) & -PageSize.BYTES;
        if (Long.compareUnsigned(rounded, sizeBytes) < 0) {
            String size = "0x" + Long.toHexString(sizeBytes);
            throw errors.failed(call + "(size=" + size + ")", Errno.ENOMEM);
        }
        return rounded;
    }

    private static int bits(MemProt prot) {
        return (prot.isReadable() ? PROT_READ : 0)
                | (prot.isWritable() ? PROT_WRITE : 0)
                | (prot.isExecutable() ? PROT_EXEC : 0);
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
}
