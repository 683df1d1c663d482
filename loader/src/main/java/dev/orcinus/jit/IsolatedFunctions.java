package dev.orcinus.jit;

import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.jit.unwinding.EscapedThrows;
import dev.orcinus.loader.GuestCrashException;
import dev.orcinus.loader.lifetime.CallGuard;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.targets.isolated.IsolatedTarget;
import dev.orcinus.loader.targets.isolated.RecoveringGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A maker of handles for functions of another process. A crash in a call becomes a {@link
 * GuestCrashException}, after the process has gone back to its checkpoint. Several threads may use
 * it.
 */
final class IsolatedFunctions {
    private static final MethodHandle BEFORE_CALL;
    private static final MethodHandle CRASHED;

    static {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            BEFORE_CALL =
                    lookup.findVirtual(
                            RecoveringGuest.class, "beforeCall", MethodType.methodType(void.class));
            CRASHED =
                    lookup.findVirtual(
                            IsolatedFunctions.class,
                            "crashed",
                            MethodType.methodType(
                                    GuestCrashException.class, GuestGoneException.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private final IsolatedTarget target;
    private final Map<CallShape, MethodHandle> guarded = new ConcurrentHashMap<>();
    private final CallEntries entries;

    IsolatedFunctions(IsolatedTarget target) {
        this.target = target;
        this.entries = CallEntries.of(new IsolatedSide(target));
        target.failAfter(this::takeThrown);
    }

    /** Returns what callbacks have thrown; nothing is raised for it any more. */
    private Throwable takeThrown() {
        Throwable thrown = EscapedThrows.take();
        if (thrown != null && entries != null) {
            entries.giveUp();
        }
        return thrown;
    }

    /** Returns the entries of the process, or null if its system has none. */
    CallEntries entries() {
        return entries;
    }

    /** Returns a handle that calls a function through a gate. */
    MethodHandle guarded(
            ExecutorAddress function,
            FunctionGate gate,
            FunctionDescriptor type,
            Linker.Option... options) {
        MethodHandle call =
                guarded.computeIfAbsent(
                        new CallShape(type, List.of(options)),
                        _ ->
                                CallGuard.around(
                                        recovering(target.calls().downcall(type, options)),
                                        EscapedThrows.checker()));
        ExecutorAddress entry = entries == null ? function : entries.call(gate, function, type);
        return MethodHandles.insertArguments(call, 0, gate, entry.value());
    }

    /**
     * Returns an address at which code can call a Java method as long as an arena lives. What the
     * method throws is thrown by the call that it was called from.
     */
    MemorySegment callback(MethodHandle method, FunctionDescriptor shape, Arena arena) {
        if (entries == null) {
            return target.callback(method, shape, arena);
        }
        MethodHandle keeping = EscapedThrows.keeping(method, shape, entries);
        MemorySegment stub = target.callback(keeping, shape, arena);
        CallEntries.Callback entry = entries.callback(new ExecutorAddress(stub.address()), shape);
        return target.calls().symbol(entry.address(), arena, entry.end());
    }

    private MethodHandle recovering(MethodHandle call) {
        MethodHandle thrower =
                MethodHandles.throwException(call.type().returnType(), GuestCrashException.class);
        MethodHandle onCrash = MethodHandles.filterArguments(thrower, 0, CRASHED.bindTo(this));
        MethodHandle caught = MethodHandles.catchException(call, GuestGoneException.class, onCrash);
        return MethodHandles.foldArguments(caught, BEFORE_CALL.bindTo(target.recovering()));
    }

    /** Lets the process go on. A callback of the call may have thrown before, or because of it. */
    @SuppressWarnings("UnusedMethod") // called through its method handle
    private GuestCrashException crashed(GuestGoneException gone) {
        GuestCrashException crash = target.recovering().crashed(gone);
        if (entries != null) {
            entries.giveUp();
        }
        return EscapedThrows.insteadOfKept(crash);
    }
}
