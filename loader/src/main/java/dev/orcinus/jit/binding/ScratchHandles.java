package dev.orcinus.jit.binding;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The methods of {@link CallScratch} as handles. The class is initialized when a function needs
 * one, because most programs bind functions of numbers first.
 */
final class ScratchHandles {
    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();

    static final MethodHandle BEGIN =
            Handles.find(
                    HERE,
                    CallScratch.class,
                    "begin",
                    MethodType.methodType(CallScratch.class, ScratchPool.class));
    static final MethodHandle END = method("end", void.class, Throwable.class);
    static final MethodHandle END_WITH_ERROR = method("endWithError", void.class, Throwable.class);
    static final MethodHandle STATE = method("state", MemorySegment.class);
    static final MethodHandle TEXT = method("text", MemorySegment.class, String.class);
    static final MethodHandle ALLOCATE =
            method("allocate", MemorySegment.class, long.class, long.class);

    private ScratchHandles() {}

    private static MethodHandle method(String name, Class<?> result, Class<?>... parameters) {
        return Handles.findVirtual(
                HERE, CallScratch.class, name, MethodType.methodType(result, parameters));
    }
}
