package dev.orcinus.bindings.foreign;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A C function with up to six parameters that are integers or pointers. Arguments go into 64-bit
 * registers; the callee ignores those that it does not declare. A caller narrows the result to the
 * function's return type, whose upper bits the ABIs (System V x86-64, AAPCS64 on Linux) leave open.
 * On Linux that also serves variadic functions; Apple's arm64 passes variadic arguments on the
 * stack, so a macOS binding of one needs {@code firstVariadicArg} and a shape of its own.
 *
 * @param name its name, for messages
 * @param address its address, or null if the C library has no such function
 */
public record CFunction(String name, MemorySegment address) {
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle CALL = handle();

    /** Generates the code of all calls, if that has not been done. */
    static void link() {
        // this class has been initialized
    }

    /** Returns the function of that name in the C library. */
    public static CFunction named(String name) {
        return new CFunction(name, LINKER.defaultLookup().find(name).orElse(null));
    }

    /** Returns the function at an address. */
    public static CFunction at(String name, long address) {
        return new CFunction(name, MemorySegment.ofAddress(address));
    }

    /** Returns whether the C library has it. */
    public boolean isPresent() {
        return address != null;
    }

    /** Calls it without arguments. */
    public long call(ErrnoState state) {
        return call(state, 0, 0, 0, 0, 0, 0);
    }

    /** Calls it with one argument. */
    public long call(ErrnoState state, long a) {
        return call(state, a, 0, 0, 0, 0, 0);
    }

    /** Calls it with two arguments. */
    public long call(ErrnoState state, long a, long b) {
        return call(state, a, b, 0, 0, 0, 0);
    }

    /** Calls it with three arguments. */
    public long call(ErrnoState state, long a, long b, long c) {
        return call(state, a, b, c, 0, 0, 0);
    }

    /** Calls it with four arguments. */
    public long call(ErrnoState state, long a, long b, long c, long d) {
        return call(state, a, b, c, d, 0, 0);
    }

    /** Calls it with five arguments. */
    public long call(ErrnoState state, long a, long b, long c, long d, long e) {
        return call(state, a, b, c, d, e, 0);
    }

    /**
     * Calls it with six arguments.
     *
     * @throws UnsupportedOperationException if the C library has no such function
     */
    public long call(ErrnoState state, long a, long b, long c, long d, long e, long f) {
        if (address == null) {
            throw new UnsupportedOperationException("the C library has no function " + name);
        }
        try {
            return (long) CALL.invokeExact(address, state.segment(), a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new AssertionError(name, impossible);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle() {
        FunctionDescriptor shape =
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG);
        return LINKER.downcallHandle(shape, Linker.Option.captureCallState("errno"));
    }
}
