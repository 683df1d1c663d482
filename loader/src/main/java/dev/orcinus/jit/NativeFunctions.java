package dev.orcinus.jit;

import dev.orcinus.loader.lifetime.CallGuard;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.InProcessCalls;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A maker of handles and segments for addresses of this process. Handles of one shape differ only
 * in their bound arguments, so the unbound handle is kept. Several threads may use it.
 */
final class NativeFunctions {
    private final InProcessCalls calls;
    private final Map<Shape, MethodHandle> guarded = new ConcurrentHashMap<>();

    private record Shape(FunctionDescriptor type, List<Linker.Option> options) {}

    NativeFunctions(InProcessCalls calls) {
        this.calls = calls;
    }

    /** Returns a handle that calls a function through a gate. */
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

    /** Returns a handle that calls an address without a check. */
    MethodHandle unguarded(
            ExecutorAddress function, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment symbol = calls.symbol(function);
        return MethodHandles.insertArguments(calls.downcall(type, options), 0, symbol);
    }

    /** Returns an address at which native code can call a Java method until a lifetime ends. */
    ExecutorAddress upcall(MethodHandle method, FunctionDescriptor type, Lifetime lifetime) {
        return calls.upcall(method, type, lifetime.arena());
    }

    /** Returns the address of {@link #upcall} as a pointer. */
    MemorySegment callback(MethodHandle method, FunctionDescriptor type, Lifetime lifetime) {
        return calls.symbol(upcall(method, type, lifetime));
    }

    /** Returns the layout of a pointer to memory of a size. */
    AddressLayout pointer(long sizeBytes) {
        return calls.pointer(sizeBytes);
    }

    /** Returns the text at a pointer; null for a null pointer. */
    String text(MemorySegment pointer) {
        return calls.text(new ExecutorAddress(pointer.address()));
    }

    /** Returns the memory at an address as a segment that is alive until a lifetime ends. */
    MemorySegment view(ExecutorAddress start, long sizeBytes, Lifetime lifetime) {
        return calls.view(start, sizeBytes, lifetime.arena());
    }
}
