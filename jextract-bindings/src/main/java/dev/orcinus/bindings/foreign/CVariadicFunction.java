package dev.orcinus.bindings.foreign;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A C function with two parameters and variable ones, of which it gets one, an integer or a
 * pointer. Apple's arm64 passes variable arguments on the stack ("Writing ARM64 code for Apple
 * platforms", variadic functions), so {@link CFunction}'s shape is wrong for them there.
 *
 * @param name its name, for messages
 * @param address its address, or null if the C library has no such function
 */
public record CVariadicFunction(String name, MemorySegment address) {
    private static final int FIXED = 2;

    private static final MethodHandle CALL = link();

    /** Returns the function of that name in the C library. */
    public static CVariadicFunction named(String name) {
        return new CVariadicFunction(name, CFunction.named(name).address());
    }

    /**
     * Calls it.
     *
     * @throws UnsupportedOperationException if the C library has no such function
     */
    public long call(ErrnoState state, long a, long b, long variable) {
        if (address == null) {
            throw new UnsupportedOperationException("the C library has no function " + name);
        }
        try {
            return (long) CALL.invokeExact(address, state.segment(), a, b, variable);
        } catch (Throwable impossible) {
            throw new AssertionError(name, impossible);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(FIXED),
                        Linker.Option.captureCallState("errno"));
    }
}
