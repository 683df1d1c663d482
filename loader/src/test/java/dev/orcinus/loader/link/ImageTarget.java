package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A target that runs no code. It keeps the linked bytes at addresses that are the same each time,
 * so that a test can read the bytes at known places.
 */
final class ImageTarget implements LinkTarget {
    private static final ExecutorAddress LOW = new ExecutorAddress(0x1000_0000L);

    private final ExecutorAddress start;
    private final Triple triple;
    private final TreeMap<ExecutorAddress, MemorySegment> segments = new TreeMap<>();
    private final Map<ExecutorAddress, List<SegmentPlan>> allocations = new TreeMap<>();
    private final List<TargetAction> actions = new ArrayList<>();
    private final List<ExecutorAddress> calls = new ArrayList<>();
    private int callsUntilFailure = Integer.MAX_VALUE;
    private boolean hasLowMemory = true;
    private int begun;
    private int mostBegun;
    private int stepsToFailure = Integer.MAX_VALUE;
    private boolean failsNextAbandon;
    private int looksToEnd = Integer.MAX_VALUE;

    ImageTarget(ExecutorAddress start) {
        this(start, "x86_64");
    }

    /** Makes a target of another processor. */
    ImageTarget(ExecutorAddress start, String architecture) {
        this.start = start;
        this.triple = new Triple(architecture + "-unknown-linux-gnu");
    }

    /** Refuses reservations in the first 2 GiB from now on. */
    void takeLowMemoryAway() {
        hasLowMemory = false;
    }

    /** Lets the process be gone once it has been asked {@code count} times whether it lives. */
    void goAfterLooks(int count) {
        looksToEnd = count;
    }

    @Override
    public void requireLife() {
        if (looksToEnd-- <= 0) {
            throw new TargetException("it has gone", null);
        }
    }

    /** Makes the step after {@code count} others fail; later steps succeed. */
    void failAfter(int count) {
        stepsToFailure = count;
    }

    /** Makes the next end of an allocation fail; later ones succeed. */
    void failNextAbandon() {
        failsNextAbandon = true;
    }

    private void step(String what) {
        if (stepsToFailure-- == 0) {
            throw new TargetException(what + " fails", null);
        }
    }

    /** Returns the finalize and dealloc actions that have run. */
    List<TargetAction> actions() {
        return actions;
    }

    /** Makes the call after {@code count} others fail; later calls succeed. */
    void failCallAfter(int count) {
        callsUntilFailure = count;
    }

    /** Returns the functions that have been called. */
    List<ExecutorAddress> calls() {
        return calls;
    }

    /** Returns the number of allocations that are in place or being filled. */
    int allocationCount() {
        return allocations.size() + begun;
    }

    /** Returns the largest number of allocations that have been filled at the same time. */
    int mostBegun() {
        return mostBegun;
    }

    /** Returns the memory from {@code address} to the end of its segment. */
    MemorySegment memory(ExecutorAddress address) {
        Map.Entry<ExecutorAddress, MemorySegment> segment = segments.floorEntry(address);
        if (segment == null || address.minus(segment.getKey()) >= segment.getValue().byteSize()) {
            throw new AssertionError("nothing is at " + address);
        }
        return segment.getValue().asSlice(address.minus(segment.getKey()));
    }

    @Override
    public Triple triple() {
        return triple;
    }

    @Override
    public long pageSizeBytes() {
        return 4096;
    }

    @Override
    public boolean sharesReservations() {
        return true;
    }

    @Override
    public AddressRange reserve(long sizeBytes) {
        return AddressRange.of(start, sizeBytes);
    }

    @Override
    public AddressRange reserveLow(long sizeBytes) {
        if (!hasLowMemory) {
            throw new TargetException("the first 2 GiB are taken", null);
        }
        return AddressRange.of(LOW, sizeBytes);
    }

    @Override
    public void release(AddressRange reservation) {}

    @Override
    public TargetAllocation begin(List<SegmentPlan> plans) {
        step("begin");
        return new Filling(plans);
    }

    private final class Filling implements TargetAllocation {
        private final List<SegmentPlan> plans;
        private final List<MemorySegment> contents;

        Filling(List<SegmentPlan> plans) {
            this.plans = plans;
            this.contents = plans.stream().map(Filling::zeros).toList();
            begun++;
            mostBegun = Math.max(mostBegun, begun);
        }

        private static MemorySegment zeros(SegmentPlan plan) {
            return MemorySegment.ofArray(new byte[Math.toIntExact(plan.sizeBytes())]);
        }

        @Override
        public MemorySegment content(int index) {
            return contents.get(index).asSlice(0, plans.get(index).contentBytes());
        }

        @Override
        public PendingAllocation finish(List<TargetAction.Pair> pairs) {
            step("finish");
            for (int i = 0; i < plans.size(); i++) {
                segments.put(plans.get(i).address(), contents.get(i));
            }
            pairs.forEach(pair -> actions.add(pair.finalizeAction()));
            ExecutorAddress key = plans.getFirst().address();
            allocations.put(key, plans);
            return () -> await(key);
        }

        private ExecutorAddress await(ExecutorAddress key) {
            try {
                step("await");
                return key;
            } catch (TargetException e) {
                free(key);
                throw e;
            }
        }

        @Override
        public void abandon() {
            begun--;
            if (failsNextAbandon) {
                failsNextAbandon = false;
                throw new TargetException("abandon fails", null);
            }
        }
    }

    @Override
    public void deallocate(List<ExecutorAddress> keys) {
        keys.forEach(this::free);
    }

    private void free(ExecutorAddress key) {
        List<SegmentPlan> plans = allocations.remove(key);
        if (plans != null) {
            plans.forEach(segment -> segments.remove(segment.address()));
        }
    }

    @Override
    public ExecutorAddress process() {
        return ExecutorAddress.NULL;
    }

    @Override
    public ExecutorAddress open(String path) {
        throw new TargetException(path + ": there are no libraries", null);
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        return names.stream().map(_ -> ExecutorAddress.NULL).toList();
    }

    @Override
    public int callMain(ExecutorAddress function, List<String> arguments) {
        return call(function);
    }

    @Override
    public int call(ExecutorAddress function) {
        if (callsUntilFailure-- == 0) {
            throw new TargetException("call " + function + " fails", null);
        }
        calls.add(function);
        return 0;
    }

    @Override
    public Block openThreadLocals(Request request, int owners) {
        throw new TargetException("there are no threads", null);
    }

    @Override
    public void closeThreadLocals(ExecutorAddress handle) {}

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void close() {}
}
