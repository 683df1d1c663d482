package dev.orcinus.jit.binding;

import dev.orcinus.jit.bind.LastError;
import dev.orcinus.jit.bind.LastErrorException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Set;

/** The checks of results by which C functions tell of failures. It has no state. */
final class FailedCalls {
    private static final Set<Class<?>> NUMBERS =
            Set.of(byte.class, short.class, int.class, long.class);
    private static final MethodHandle POINTER =
            find("pointer", MemorySegment.class, MemorySegment.class);
    private static final MethodHandle TEXT = find("text", String.class, String.class);
    private static final MethodHandle NUMBER = find("number", long.class, long.class);

    private FailedCalls() {}

    private static MethodHandle find(String name, Class<?> result, Class<?> parameter) {
        return Handles.find(
                MethodHandles.lookup(),
                FailedCalls.class,
                name,
                MethodType.methodType(result, String.class, parameter));
    }

    /** Returns a handle that throws a {@link LastErrorException} for -1 and null pointers. */
    static MethodHandle check(Class<?> result, String method) {
        if (NUMBERS.contains(result)) {
            return MethodHandles.explicitCastArguments(
                    NUMBER.bindTo(method), MethodType.methodType(result, result));
        }
        if (result == MemorySegment.class) {
            return POINTER.bindTo(method);
        }
        if (result == String.class) {
            return TEXT.bindTo(method);
        }
        return result == void.class
                ? MethodHandles.empty(MethodType.methodType(void.class))
                : MethodHandles.identity(result);
    }

    private static LastErrorException failure(String method) {
        return new LastErrorException(method, LastError.get().number());
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static MemorySegment pointer(String method, MemorySegment result) {
        if (result.address() == 0) {
            throw failure(method);
        }
        return result;
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static String text(String method, String result) {
        if (result == null) {
            throw failure(method);
        }
        return result;
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static long number(String method, long result) {
        if (result == -1) {
            throw failure(method);
        }
        return result;
    }
}
