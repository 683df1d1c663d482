package dev.orcinus.bindings.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Functions of any shape, by address: handles for what the program has loaded, and addresses for
 * what Java offers to it.
 */
public final class Functions {
    private static final Linker LINKER = Linker.nativeLinker();

    private Functions() {}

    /**
     * A handle of a shape, whose first parameter is the function's address. The linker keeps those
     * that it has made.
     */
    @SuppressWarnings("restricted")
    public static MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options) {
        return LINKER.downcallHandle(shape, options);
    }

    /** A native function that calls {@code target}, as long as {@code arena} lives. */
    @SuppressWarnings("restricted")
    public static long upcall(MethodHandle target, FunctionDescriptor shape, Arena arena) {
        return LINKER.upcallStub(target, shape, arena).address();
    }

    /** A function's address as a handle takes it. */
    public static MemorySegment symbol(long address) {
        return MemorySegment.ofAddress(address);
    }
}
