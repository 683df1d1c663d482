package dev.orcinus.bindings.foreign;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Functions of any shape, by address: handles for loaded functions, and native addresses for Java
 * methods.
 */
public final class Functions {
    private static final Linker LINKER = Linker.nativeLinker();

    private Functions() {}

    /**
     * Returns a handle for functions of a shape; its first parameter is the function's address. The
     * linker keeps the handles that it has made.
     */
    @SuppressWarnings("restricted")
    public static MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options) {
        return LINKER.downcallHandle(shape, options);
    }

    /** Returns a native function that calls {@code target}, as long as {@code arena} lives. */
    @SuppressWarnings("restricted")
    public static long upcall(MethodHandle target, FunctionDescriptor shape, Arena arena) {
        return LINKER.upcallStub(target, shape, arena).address();
    }

    /** Returns the layout of a pointer to {@code sizeBytes} bytes, which Java may use. */
    @SuppressWarnings("restricted")
    public static AddressLayout pointer(long sizeBytes) {
        return ValueLayout.ADDRESS.withTargetLayout(
                MemoryLayout.sequenceLayout(sizeBytes, ValueLayout.JAVA_BYTE));
    }

    /** Returns a function's address in the form that a handle takes. */
    public static MemorySegment symbol(long address) {
        return MemorySegment.ofAddress(address);
    }
}
