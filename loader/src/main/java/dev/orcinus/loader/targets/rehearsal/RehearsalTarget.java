package dev.orcinus.loader.targets.rehearsal;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A target without a process. Contents are kept in the heap, no function is called, and the same
 * requests always get the same addresses. By default every symbol exists. Only one thread at a time
 * may use it.
 */
public final class RehearsalTarget implements LinkTarget {
    /**
     * The addresses of the slabs and of near symbols. They lie in the first 2 GiB, where every
     * reference reaches every place.
     */
    private static final long SLAB = 0x1000_0000L;

    private static final long LOW_SLAB = 0x5000_0000L;
    private static final long NEAR_SYMBOLS = 0x6000_0000L;
    private static final long FAR_SYMBOLS = 0x7000_0000_0000L;
    private static final long SYMBOL_BYTES = 16;
    private static final long PAGE_BYTES = 4096;

    private final Triple triple;
    private final long firstSymbol;
    private final boolean hasAllSymbols;
    private final Map<String, ExecutorAddress> symbols = new HashMap<>();
    private final Map<ExecutorAddress, RehearsedAllocation> allocations = new LinkedHashMap<>();
    private final List<AddressRange> reservations = new ArrayList<>();
    private final RehearsedThreadLocals threadLocals;
    private int begun;

    /** The places of the symbols that objects refer to. */
    public enum Symbols {
        /** Behind the linked code, near enough for direct references. */
        NEAR,
        /** Out of reach of direct references. */
        FAR,
        /** The symbols do not exist. */
        NONE
    }

    /**
     * Makes a target without allocations.
     *
     * @param architecture the processor's name, as in the first part of a target triple
     */
    public RehearsalTarget(String architecture, Symbols symbols) {
        this.triple = new Triple(architecture + "-unknown-linux-gnu");
        this.firstSymbol = symbols == Symbols.FAR ? FAR_SYMBOLS : NEAR_SYMBOLS;
        this.threadLocals = new RehearsedThreadLocals(architecture.equals("x86_64"));
        this.hasAllSymbols = symbols != Symbols.NONE;
    }

    @Override
    public Triple triple() {
        return triple;
    }

    @Override
    public long pageSizeBytes() {
        return PAGE_BYTES;
    }

    @Override
    public boolean sharesReservations() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public AddressRange reserve(long sizeBytes) {
        return reserve(SLAB, sizeBytes);
    }

    @Override
    public AddressRange reserveLow(long sizeBytes) {
        return reserve(LOW_SLAB, sizeBytes);
    }

    private AddressRange reserve(long start, long sizeBytes) {
        AddressRange range = AddressRange.of(new ExecutorAddress(start), sizeBytes);
        reservations.add(range);
        return range;
    }

    @Override
    public void release(AddressRange reservation) {
        reservations.remove(reservation);
    }

    @Override
    public TargetAllocation begin(List<SegmentPlan> segments) {
        begun++;
        return new RehearsedAllocation(this, segments);
    }

    void finish(RehearsedAllocation allocation) {
        begun--;
        allocations.put(allocation.key(), allocation);
    }

    void abandon() {
        begun--;
    }

    @Override
    public void deallocate(List<ExecutorAddress> keys) {
        for (ExecutorAddress key : keys) {
            RehearsedAllocation allocation = allocations.remove(key);
            if (allocation == null) {
                throw new TargetException("nothing is allocated at " + key, null);
            }
            allocation.closedThreadLocals().forEach(threadLocals::close);
        }
    }

    @Override
    public Block openThreadLocals(Request request, int owners) {
        return threadLocals.open(request, owners);
    }

    @Override
    public void closeThreadLocals(ExecutorAddress handle) {
        threadLocals.close(handle);
    }

    /**
     * Returns the number of allocations, finished or begun, plus the number of open handles of
     * thread-local storage.
     */
    public int allocationCount() {
        return allocations.size() + begun + threadLocals.count();
    }

    /** Returns the bytes at an address; empty if the linker has not written all of them. */
    public byte[] bytes(ExecutorAddress address, long sizeBytes) {
        for (RehearsedAllocation allocation : allocations.values()) {
            byte[] bytes = allocation.bytes(address, sizeBytes);
            if (bytes.length != 0) {
                return bytes;
            }
        }
        return new byte[0];
    }

    @Override
    public ExecutorAddress process() {
        return ExecutorAddress.NULL;
    }

    @Override
    public ExecutorAddress open(String path) {
        throw new TargetException(path + ": this target opens no libraries", null);
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        return names.stream().map(this::find).toList();
    }

    private ExecutorAddress find(String name) {
        return hasAllSymbols
                ? symbols.computeIfAbsent(name, _ -> nextSymbol())
                : ExecutorAddress.NULL;
    }

    private ExecutorAddress nextSymbol() {
        return new ExecutorAddress(firstSymbol + symbols.size() * SYMBOL_BYTES);
    }

    @Override
    public int callMain(ExecutorAddress function, List<String> arguments) {
        throw notRun(function);
    }

    @Override
    public int call(ExecutorAddress function) {
        throw notRun(function);
    }

    private static TargetException notRun(ExecutorAddress function) {
        return new TargetException(
                "this target runs no code, but it was asked to run " + function, null);
    }

    @Override
    public void close() {
        allocations.clear();
        reservations.clear();
    }
}
