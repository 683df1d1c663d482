package dev.orcinus.loader.targets;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostThreadLocals.Block;
import dev.orcinus.platform.spi.HostThreadLocals.Request;
import java.util.List;

/**
 * The process that code is loaded into. For many threads. A target that has been closed, or lost,
 * answers with {@link TargetException}.
 */
public interface LinkTarget extends AutoCloseable {
    /** What code it runs. */
    Triple triple();

    /** Its page size in bytes, a power of two. */
    long pageSizeBytes();

    /**
     * Whether many allocations may share one reservation. If not, as with LLVM's executors, each
     * allocation starts a reservation of its own, which is gone when the allocation is.
     */
    boolean sharesReservations();

    /**
     * Reserves address space, for allocations to lie in.
     *
     * @param sizeBytes how much would be good; there may be reasons for less
     */
    AddressRange reserve(long sizeBytes);

    /**
     * Reserves address space in the first 2 GiB, for code that has been compiled for there.
     *
     * @param sizeBytes at least this much
     */
    default AddressRange reserveLow(long sizeBytes) {
        throw new TargetException(
                "this target has no memory in the first 2 GiB; compile with -fPIC or -fPIE", null);
    }

    /** Gives a reservation back in which nothing is allocated. */
    void release(AddressRange reservation);

    /** Begins an allocation. All segments lie in one reservation. */
    TargetAllocation begin(List<SegmentPlan> segments);

    /**
     * Runs the dealloc actions of allocations and gives their memory back to their reservations.
     *
     * @param keys in the order of finalization; the last goes first
     */
    void deallocate(List<ExecutorAddress> keys);

    /**
     * Opens a block of thread-local storage for linked code.
     *
     * @param owners how many objects share it. Each has a handle, the first one the block's, the
     *     others those that follow; it is closed when all of them are
     * @throws TargetException if it has no room for it, or nothing of the kind
     */
    Block openThreadLocals(Request request, int owners);

    /**
     * Closes thread-local storage for an object whose allocation does not; a handle that is not
     * open is no error.
     */
    void closeThreadLocals(ExecutorAddress handle);

    /** The handle of the process's own symbols. */
    ExecutorAddress process();

    /**
     * Opens a shared library.
     *
     * @param path as {@code dlopen} takes it
     * @return its handle
     */
    ExecutorAddress open(String path);

    /**
     * Looks symbols up.
     *
     * @param handle of {@link #process} or {@link #open}
     * @return an address for each name, {@link ExecutorAddress#NULL} where there is no such symbol
     */
    List<ExecutorAddress> find(ExecutorAddress handle, List<String> names);

    /**
     * Calls {@code int main(int, char **)}.
     *
     * @param arguments all of them, the program's name first
     * @return its result
     */
    int callMain(ExecutorAddress function, List<String> arguments);

    /** Calls {@code int f(void)}, or {@code void f(void)} whose result means nothing. */
    int call(ExecutorAddress function);

    /** Calls {@code void f(void)} functions, one after the other. */
    default void callAll(List<ExecutorAddress> functions) {
        for (ExecutorAddress function : functions) {
            call(function);
        }
    }

    /**
     * Whether {@link #callAll} costs no more than one call. What the functions do is not known
     * before the last one has returned; they call nobody in this process.
     */
    default boolean callsTogether() {
        return false;
    }

    /**
     * Shows an object file with debug info to the debuggers of this process. A target in another
     * process does nothing.
     *
     * @param object its bytes, with the addresses of its sections
     * @return what takes it back
     */
    default DebugRegistration showToDebuggers(byte[] object) {
        return () -> {};
    }

    /** An object that debuggers see. */
    @FunctionalInterface
    interface DebugRegistration {
        /** Takes it back. */
        void close();
    }

    /** Whether the process is there; if not, everything in it has gone with it. */
    boolean isAlive();

    /** Ends the session: what is still allocated goes, the youngest first. */
    @Override
    void close();
}
