package dev.orcinus.jit.binding;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of a dylib, and the memory of the process that they run in. Many threads use it.
 */
public interface BoundLibrary {
    /** Returns the dylib's name. */
    String name();

    /** Returns whether a symbol is defined. */
    boolean defines(String symbol);

    /**
     * Returns a handle that calls a function.
     *
     * @param isChecked whether calls look whether the code is still there
     */
    MethodHandle function(
            String symbol, FunctionDescriptor shape, boolean isChecked, Linker.Option... options);

    /** Returns the address at which C calls a Java method until the dylib is closed. */
    MemorySegment callback(MethodHandle method, FunctionDescriptor shape);

    /** Returns the Java objects that C calls until the dylib is closed. */
    CallbackTables callbacks();

    /** Returns a handle that keeps what a callback has thrown: {@code (Throwable)}. */
    MethodHandle keeper();

    /** Returns the layout of a pointer to memory of a size. */
    AddressLayout pointer(long sizeBytes);

    /**
     * Returns the memory at a pointer of C, or a copy of it.
     *
     * @throws NullPointerException if it is a null pointer
     */
    MemorySegment read(MemorySegment pointer, long sizeBytes);

    /** Returns the NUL-terminated UTF-8 text at a pointer; null for a null pointer. */
    String text(MemorySegment pointer);

    /** Returns whether functions can be called with arrays of the Java heap. */
    boolean takesHeap();

    /** Returns the memory in which calls pass what they copy for C. */
    ScratchPool scratch();

    /** Returns an arena for one call, whose memory C can use. */
    Arena arena(long sizeBytes);
}
