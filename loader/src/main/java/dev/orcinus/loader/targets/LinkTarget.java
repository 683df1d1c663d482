package dev.orcinus.loader.targets;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.runtime.observe.SymbolRange;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The process that code is loaded into. Several threads may use it. The methods of a target that
 * has been closed or lost throw {@link TargetException}.
 */
public interface LinkTarget extends AutoCloseable {
    /**
     * Requires that somebody waits for what is linked, as far as that is known without a question
     * to the target.
     *
     * @throws TargetException if the target has gone for good
     */
    default void requireLife() {}

    /** Returns the triple of the code that it runs. */
    Triple triple();

    /** Returns its page size in bytes, a power of two. */
    long pageSizeBytes();

    /**
     * Returns whether several allocations may share one reservation. If not, as with LLVM's
     * executors, each allocation needs its own reservation, which is released with it.
     */
    boolean sharesReservations();

    /**
     * Reserves address space for allocations.
     *
     * @param sizeBytes the wanted size; the reservation may be smaller
     */
    AddressRange reserve(long sizeBytes);

    /**
     * Reserves address space at any place, for a batch that needs much of it.
     *
     * @param sizeBytes the size; the reservation is not smaller
     */
    default AddressRange reserveAnywhere(long sizeBytes) {
        AddressRange range = reserve(sizeBytes);
        if (range.sizeBytes() < sizeBytes) {
            release(range);
            throw new TargetException(
                    "this target has no room for 0x%x bytes".formatted(sizeBytes), null);
        }
        return range;
    }

    /**
     * Reserves address space in the first 2 GiB, for code that holds 32-bit addresses.
     *
     * @param sizeBytes the size; a reservation that does not fit there begins there
     */
    default AddressRange reserveLow(long sizeBytes) {
        throw new TargetException(
                "this target has no memory in the first 2 GiB; compile with -fPIC or -fPIE", null);
    }

    /** Releases a reservation in which nothing is allocated. */
    void release(AddressRange reservation);

    /** Begins an allocation. All segments lie in one reservation. */
    TargetAllocation begin(List<SegmentPlan> segments);

    /**
     * Runs the dealloc actions of allocations and gives their memory back to their reservations.
     *
     * @param keys the keys in the order of finalization; the last allocation is removed first
     */
    void deallocate(List<ExecutorAddress> keys);

    /**
     * Requires that code on the stacks can run, for an object that asks for it. A target that
     * cannot give that lets the code crash, as it does in a process that has loaded it by {@code
     * dlopen}.
     *
     * @param object the name of the object
     * @throws dev.orcinus.loader.UnpreparedProcessException if the process has to start again for
     *     it
     */
    default void requireExecutableStack(String object) {}

    /**
     * Opens a block of thread-local storage for linked code.
     *
     * @param owners the number of objects that share the block. Each has a handle: the first has
     *     the block's handle, the others have the next numbers. The block is closed when all
     *     handles are closed
     * @throws TargetException if the target has no room for it, or does not support it
     */
    Block openThreadLocals(Request request, int owners);

    /** Returns whether libraries that are opened later may refer to a thread-local variable. */
    default boolean exportsThreadLocal(String symbol) {
        return false;
    }

    /**
     * Closes an object's handle of thread-local storage, if no dealloc action does that. A handle
     * that is not open is no error.
     */
    void closeThreadLocals(ExecutorAddress handle);

    /** Returns the handle of the process's own symbols. */
    ExecutorAddress process();

    /**
     * Opens a shared library.
     *
     * @param path as {@code dlopen} takes it
     * @return its handle
     */
    ExecutorAddress open(String path);

    /**
     * Returns whether libraries may export inline functions and variables.
     *
     * @param handle as {@link #find} takes it
     */
    default boolean mayHaveInlineSymbols(ExecutorAddress handle) {
        return true;
    }

    /**
     * Is told names that objects refer to and that no library that they name has; may load
     * libraries that every process has here.
     *
     * @param handle as {@link #find} takes it
     */
    default void prepareFor(ExecutorAddress handle, List<String> names) {}

    /**
     * Looks symbols up.
     *
     * @param handle a handle from {@link #process} or {@link #open}
     * @return an address for each name, or {@link ExecutorAddress#NULL} if there is no such symbol
     */
    List<ExecutorAddress> find(ExecutorAddress handle, List<String> names);

    /**
     * Calls {@code int main(int, char **, char **)}.
     *
     * @param arguments all arguments, the program's name first
     * @return its result
     */
    int callMain(ExecutorAddress function, List<String> arguments);

    /**
     * Calls {@code int f(void)} and returns its result, or {@code void f(void)}, whose result means
     * nothing.
     */
    int call(ExecutorAddress function);

    /** Calls {@code void f(void)} functions, one after the other. */
    default void callAll(List<ExecutorAddress> functions) {
        for (ExecutorAddress function : functions) {
            call(function);
        }
    }

    /**
     * Sets the arguments of the program that is going to run, its name first. Initializers get
     * them. A target in another process may ignore them.
     */
    default void setArguments(List<String> arguments) {}

    /**
     * Calls {@code void f(int argc, char **argv, char **envp)} functions, one after the other. A
     * target in another process may call them without arguments.
     */
    default void callInitializers(List<ExecutorAddress> functions) {
        callAll(functions);
    }

    /**
     * Returns whether {@link #callAll} takes only one request. Then nothing is known about the
     * functions before the last one has returned.
     */
    default boolean callsTogether() {
        return false;
    }

    /**
     * Tells the observers of the guest that code is in place and has not run yet. A target in
     * another process does nothing.
     *
     * @param name the name of the object file
     * @param symbols lists the symbols of the code; it may be called only until this returns
     * @param debugObject an object file with debug info and the addresses of its sections, if there
     *     is one
     * @return the code, by which observers are told of its removal
     */
    default ObservedCode codeArrived(
            String name, Supplier<List<SymbolRange>> symbols, Optional<byte[]> debugObject) {
        return () -> {};
    }

    /** Code that observers know of. */
    @FunctionalInterface
    interface ObservedCode {
        /** Tells observers that the code is about to be removed. */
        void left();
    }

    /** Returns whether the process is alive and connected. If not, everything in it is lost. */
    boolean isAlive();

    /** Ends the session and removes all allocations, the youngest first. */
    @Override
    void close();
}
