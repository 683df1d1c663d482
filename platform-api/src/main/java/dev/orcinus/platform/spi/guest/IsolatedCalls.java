package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Calls of any shape between Java and guest code of another process, and memory that both have at
 * one address. Only the public API's isolated part uses them. A segment of 0 bytes stands for an
 * address of the guest; a longer one must be shared memory.
 *
 * <p>Each Java thread calls on a thread of the guest that it keeps until it ends. Virtual threads
 * share theirs.
 */
public interface IsolatedCalls {
    /**
     * Returns a handle that calls a function of that shape, whose address is the handle's first
     * argument, a {@code long}. It has the other arguments that a handle of {@link
     * Linker#downcallHandle} has. It throws {@link GuestGoneException} if the guest ends before the
     * function returns, and {@link IllegalArgumentException} for a segment that guest code cannot
     * use.
     *
     * @throws IllegalArgumentException if C has no such shape, or an option means nothing for
     *     another process
     */
    MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options);

    /** Returns the layout of a pointer to memory of a size. */
    AddressLayout pointer(long sizeBytes);

    /** Returns an address of the guest as a segment of 0 bytes that is alive as an arena is. */
    MemorySegment symbol(ExecutorAddress address, Arena arena);

    /**
     * Returns an address of the guest as a segment of 0 bytes that is alive as an arena is.
     *
     * @param atEnd runs when the arena has been closed
     */
    MemorySegment symbol(ExecutorAddress address, Arena arena, Runnable atEnd);

    /**
     * Returns the address that guest code gets for a segment.
     *
     * @param name names the segment, for messages
     * @throws IllegalArgumentException if guest code cannot use the segment
     */
    ExecutorAddress addressOf(MemorySegment segment, String name);

    /**
     * Returns an address at which guest code, on any of its threads, can call a Java method as long
     * as an arena lives. Structs are copies; pointers are segments of 0 bytes, or of shared memory.
     * If the method throws, the guest ends, and the calls that run end with a {@link
     * GuestGoneException}, whose cause is the method's exception if the call is on the same thread.
     *
     * @throws IllegalArgumentException if C has no such shape, or the method has another one
     */
    MemorySegment callback(MethodHandle method, FunctionDescriptor shape, Arena arena)
            throws HostCallException;

    /** Does what {@link #callback} does, if nothing has to be made in the guest for it. */
    Optional<MemorySegment> callbackIfReady(
            MethodHandle method, FunctionDescriptor shape, Arena arena);

    /**
     * Returns zeroed memory that both processes have at the same address, as long as an arena
     * lives. A checkpoint does not keep its content. The guest keeps it until no call runs in which
     * it may be used.
     *
     * @param arena which must be shared between threads
     */
    MemorySegment share(long sizeBytes, Arena arena) throws HostCallException;
}
