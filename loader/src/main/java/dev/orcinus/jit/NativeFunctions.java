package dev.orcinus.jit;

import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.jit.unwinding.EscapedThrows;
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
 * in their bound arguments, so the unbound handle is kept, for all sessions of the process: its
 * types are those of the JDK, and it calls through no session. Several threads may use it.
 */
final class NativeFunctions {
    private static final List<Linker.Option> CRITICAL =
            List.of(Linker.Option.critical(false), Linker.Option.critical(true));

    /** How many shapes are kept; a program that makes up more of them prepares some again. */
    private static final int MOST_SHAPES = 1 << 12;

    /** The unbound handles. Which session has prepared them makes no difference. */
    private static final Map<CallShape, MethodHandle> GUARDED = new ConcurrentHashMap<>();

    private final InProcessCalls calls;

    NativeFunctions(InProcessCalls calls) {
        this.calls = calls;
    }

    /** Returns a handle that calls a function through a gate. */
    MethodHandle guarded(
            ExecutorAddress function,
            FunctionGate gate,
            FunctionDescriptor type,
            Linker.Option... options) {
        MethodHandle call = guarded(type, options);
        if (isCritical(options)) {
            gate.lifetime().fixCalls();
            return MethodHandles.insertArguments(call, 0, gate, calls.symbol(function));
        }
        ExecutorAddress entry = entry(function, type, gate);
        return MethodHandles.insertArguments(call, 0, gate, calls.symbol(entry));
    }

    private MethodHandle guarded(FunctionDescriptor type, Linker.Option... options) {
        if (GUARDED.size() >= MOST_SHAPES) {
            GUARDED.clear();
        }
        return GUARDED.computeIfAbsent(
                new CallShape(type, List.of(options)),
                _ -> CallGuard.around(calls.downcall(type, options), EscapedThrows.checker()));
    }

    /** A critical call must not call Java, as an entry does when an exception comes to it. */
    private static boolean isCritical(Linker.Option... options) {
        for (Linker.Option option : options) {
            if (CRITICAL.contains(option)) {
                return true;
            }
        }
        return false;
    }

    private static ExecutorAddress entry(
            ExecutorAddress function, FunctionDescriptor type, FunctionGate gate) {
        CallEntries entries = InProcessSide.entries();
        return entries == null ? function : entries.call(gate, function, type);
    }

    /** Returns a handle that calls an address without a check. */
    MethodHandle unguarded(
            ExecutorAddress function, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment symbol = calls.symbol(function);
        return MethodHandles.insertArguments(calls.downcall(type, options), 0, symbol);
    }

    /** Returns an address at which native code can call a Java method until a lifetime ends. */
    private ExecutorAddress upcall(
            MethodHandle method, FunctionDescriptor type, Lifetime lifetime) {
        return calls.upcall(method, type, lifetime.arena());
    }

    /** Returns the address of {@link #upcall}, behind which exceptions are raised, as a pointer. */
    MemorySegment callback(MethodHandle method, FunctionDescriptor type, Lifetime lifetime) {
        ExecutorAddress stub = upcall(method, type, lifetime);
        CallEntries entries = InProcessSide.entries();
        return calls.symbol(entries == null ? stub : entries.callback(stub, type, lifetime));
    }

    /**
     * Returns an address at which native code can call a Java method until a lifetime ends. What
     * the method throws is thrown by the call that it was called from.
     */
    ExecutorAddress throwingCallback(
            MethodHandle method, FunctionDescriptor type, Lifetime lifetime) {
        MethodHandle keeping = EscapedThrows.keeping(method, type, InProcessSide.entries());
        return new ExecutorAddress(callback(keeping, type, lifetime).address());
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
