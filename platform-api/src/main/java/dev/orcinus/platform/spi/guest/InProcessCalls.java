package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of any shape between Java and guest code of the same process, without copies. Only the
 * public API's in-process part uses them. Nothing is checked: code that faults ends the process.
 */
public interface InProcessCalls {
    /**
     * Returns a handle that calls a function of that shape, whose address is the handle's first
     * argument, a memory segment.
     */
    MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options);

    /** Returns an address in the form that a handle of {@link #downcall} takes. */
    MemorySegment symbol(ExecutorAddress function);

    /** Returns the layout of a pointer to memory of a size. */
    AddressLayout pointer(long sizeBytes);

    /** Returns the NUL-terminated UTF-8 text at an address; null at address zero. */
    String text(ExecutorAddress start);

    /**
     * Returns the memory at an address of this process, as a segment that is alive as long as
     * {@code arena}.
     */
    MemorySegment view(ExecutorAddress start, long sizeBytes, Arena arena);

    /**
     * Returns a native address for a Java method, which is valid as long as {@code arena} lives.
     * The method must throw nothing: that would end the process.
     */
    ExecutorAddress upcall(MethodHandle target, FunctionDescriptor shape, Arena arena);
}
