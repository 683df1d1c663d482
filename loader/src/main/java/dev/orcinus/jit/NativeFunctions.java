package dev.orcinus.jit;

import dev.orcinus.loader.lifetime.CallGuard;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Handles and segments for addresses of this process. Handles of one shape differ in what is bound
 * to them only, so the rest is kept. For many threads.
 */
final class NativeFunctions {
    private final HostCalls calls;
    private final Map<Shape, MethodHandle> guarded = new ConcurrentHashMap<>();

    private record Shape(FunctionDescriptor type, List<Linker.Option> options) {}

    NativeFunctions(HostCalls calls) {
        this.calls = calls;
    }

    /** A handle that calls through a gate. */
    MethodHandle guarded(
            ExecutorAddress function,
            FunctionGate gate,
            FunctionDescriptor type,
            Linker.Option... options) {
        MethodHandle call =
                guarded.computeIfAbsent(
                        new Shape(type, List.of(options)),
                        _ -> CallGuard.around(calls.downcall(type, options)));
        return MethodHandles.insertArguments(call, 0, gate, calls.symbol(function));
    }

    /** A handle that calls whatever is at an address. */
    MethodHandle unguarded(
            ExecutorAddress function, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment symbol = calls.symbol(function);
        return MethodHandles.insertArguments(calls.downcall(type, options), 0, symbol);
    }

    /** The address of a Java method, as long as a lifetime goes on. */
    ExecutorAddress upcall(MethodHandle method, FunctionDescriptor type, Lifetime lifetime) {
        return calls.upcall(method, type, lifetime.arena());
    }

    /** The memory at an address, as long as a lifetime goes on. */
    MemorySegment view(ExecutorAddress start, long sizeBytes, Lifetime lifetime) {
        return calls.view(start, sizeBytes, lifetime.arena());
    }
}
