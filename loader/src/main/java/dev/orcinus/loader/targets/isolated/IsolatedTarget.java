package dev.orcinus.loader.targets.isolated;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.PendingAllocation;
import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.loader.targets.TargetAllocation;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.platform.spi.guest.IsolatedCalls;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.crash.CrashFrame;
import dev.orcinus.runtime.observe.SymbolRange;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A guest in another process as a target. It does what {@link LocalTarget} does, and notes what
 * changes the loaded code, so that a crash can be undone. Many threads may use it.
 */
public final class IsolatedTarget implements LinkTarget {
    private final IsolatedGuest guest;
    private final LocalTarget local;
    private final RecoveringGuest recovering;

    /**
     * Makes a target without allocations.
     *
     * @param takesCheckpoints whether a checkpoint is taken before a call if something has been
     *     loaded since the last one
     */
    public IsolatedTarget(IsolatedGuest guest, boolean takesCheckpoints) {
        this.guest = guest;
        this.local = new LocalTarget(guest);
        CrashNotes notes = new CrashNotes();
        this.recovering = new RecoveringGuest(guest, notes, takesCheckpoints);
        guest.onCrash(thread -> notes.note(local.reportCrash(guest, thread)));
    }

    /** Makes calls fail; see {@link LocalTarget#failAfter}. */
    public void failAfter(Supplier<Throwable> taken) {
        local.failAfter(taken);
    }

    /** Returns the guest as calls see it. */
    public RecoveringGuest recovering() {
        return recovering;
    }

    /** Returns the guest's calls of any shape. */
    public IsolatedCalls calls() {
        return guest.calls();
    }

    /**
     * Returns an address for a Java method; see {@link IsolatedCalls#callback}. A checkpoint stays
     * valid unless the guest has no room for it yet.
     */
    public MemorySegment callback(MethodHandle method, FunctionDescriptor shape, Arena arena) {
        Optional<MemorySegment> ready =
                recovering.translated(() -> guest.calls().callbackIfReady(method, shape, arena));
        return ready.orElseGet(() -> change(calls -> calls.callback(method, shape, arena)));
    }

    /** Returns memory that the guest shares; see {@link IsolatedCalls#share}. */
    public MemorySegment share(long sizeBytes, Arena arena) {
        return change(calls -> calls.share(sizeBytes, arena));
    }

    /** Gives Java functions addresses; see {@link IsolatedGuest#export}. */
    public List<ExecutorAddress> export(List<ExportedFunction> functions) {
        return recovering.change(
                () -> {
                    try {
                        return guest.export(functions);
                    } catch (HostCallException e) {
                        throw new TargetException(e.getMessage(), e);
                    }
                });
    }

    /** Runs a step each time that the guest has gone back to a checkpoint. It must not call it. */
    public void onRestored(Runnable step) {
        recovering.onRestored(step);
    }

    /** Writes bytes while the guest is being restored; whether they are written does not matter. */
    public void poke(MemorySegment bytes, ExecutorAddress address) {
        try {
            var _ = guest.memory().tryWrite(bytes, address);
        } catch (GuestGoneException e) {
            return; // the next call tells of it
        }
    }

    /** Names the functions of calls that have not returned; see {@link LocalTarget#describe}. */
    public List<CrashFrame> describe(List<ExecutorAddress> callers) {
        return local.describe(guest.mappedFiles(), callers);
    }

    /** A change by way of the guest's calls. */
    @FunctionalInterface
    private interface Change {
        MemorySegment make(IsolatedCalls calls) throws HostCallException;
    }

    private MemorySegment change(Change change) {
        return recovering.change(
                () -> {
                    try {
                        return change.make(guest.calls());
                    } catch (HostCallException e) {
                        throw new TargetException(e.getMessage(), e);
                    }
                });
    }

    /**
     * Copies bytes from or to an address of the guest.
     *
     * @return whether all are accessible there
     */
    public boolean copy(MemorySegment bytes, ExecutorAddress address, boolean isWriting) {
        return recovering.translated(
                () ->
                        isWriting
                                ? guest.memory().tryWrite(bytes, address)
                                : guest.memory().tryRead(address, bytes));
    }

    private void change(Runnable change) {
        recovering.change(
                () -> {
                    change.run();
                    return null;
                });
    }

    private void call(Runnable call) {
        recovering.call(
                () -> {
                    call.run();
                    return null;
                });
    }

    @Override
    public Triple triple() {
        return local.triple();
    }

    @Override
    public long pageSizeBytes() {
        return local.pageSizeBytes();
    }

    @Override
    public boolean sharesReservations() {
        return local.sharesReservations();
    }

    @Override
    public AddressRange reserve(long sizeBytes) {
        return recovering.change(() -> local.reserve(sizeBytes));
    }

    @Override
    public AddressRange reserveAnywhere(long sizeBytes) {
        return recovering.change(() -> local.reserveAnywhere(sizeBytes));
    }

    @Override
    public AddressRange reserveLow(long sizeBytes) {
        return recovering.change(() -> local.reserveLow(sizeBytes));
    }

    @Override
    public void release(AddressRange reservation) {
        change(() -> local.release(reservation));
    }

    @Override
    public TargetAllocation begin(List<SegmentPlan> segments) {
        return new Allocation(recovering.change(() -> local.begin(segments)));
    }

    /** An allocation, whose end changes the guest. */
    private final class Allocation implements TargetAllocation {
        private final TargetAllocation allocation;

        Allocation(TargetAllocation allocation) {
            this.allocation = allocation;
        }

        @Override
        public MemorySegment content(int index) {
            return allocation.content(index);
        }

        @Override
        public PendingAllocation finish(List<TargetAction.Pair> actions) {
            return recovering.change(() -> allocation.finish(actions));
        }

        @Override
        public void abandon() {
            if (isAlive()) {
                change(allocation::abandon);
            }
        }
    }

    @Override
    public void deallocate(List<ExecutorAddress> keys) {
        change(() -> local.deallocate(keys));
    }

    @Override
    public Block openThreadLocals(Request request, int owners) {
        return recovering.change(() -> local.openThreadLocals(request, owners));
    }

    @Override
    public void closeThreadLocals(ExecutorAddress handle) {
        change(() -> local.closeThreadLocals(handle));
    }

    @Override
    public ExecutorAddress process() {
        return recovering.translated(local::process);
    }

    @Override
    public ExecutorAddress open(String path) {
        return recovering.change(() -> local.open(path));
    }

    @Override
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        return recovering.translated(() -> local.find(handle, names));
    }

    @Override
    public int callMain(ExecutorAddress function, List<String> arguments) {
        return recovering.call(() -> local.callMain(function, arguments));
    }

    @Override
    public int call(ExecutorAddress function) {
        return recovering.call(() -> local.call(function));
    }

    @Override
    public void callAll(List<ExecutorAddress> functions) {
        call(() -> local.callAll(functions));
    }

    @Override
    public void setArguments(List<String> arguments) {
        local.setArguments(arguments);
    }

    @Override
    public void callInitializers(List<ExecutorAddress> functions) {
        call(() -> local.callInitializers(functions));
    }

    @Override
    public ObservedCode codeArrived(
            String name, Supplier<List<SymbolRange>> symbols, Optional<byte[]> debugObject) {
        ObservedCode code = recovering.change(() -> local.codeArrived(name, symbols, debugObject));
        return () -> {
            if (isAlive()) {
                change(code::left);
            }
        };
    }

    @Override
    public boolean isAlive() {
        return !recovering.isLost();
    }

    @Override
    public void close() {
        try {
            if (isAlive()) {
                change(local::close);
            }
        } finally {
            recovering.close();
        }
    }
}
