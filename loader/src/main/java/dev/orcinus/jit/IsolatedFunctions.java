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
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
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
                            RecoveringGuest.class,
                            "crashed",
                            MethodType.methodType(
                                    GuestCrashException.class, GuestGoneException.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private final IsolatedTarget target;
    private final Map<Shape, MethodHandle> guarded = new ConcurrentHashMap<>();

    private record Shape(FunctionDescriptor type, List<Linker.Option> options) {}

    private final CallEntries entries;

    IsolatedFunctions(IsolatedTarget target) {
        this.target = target;
        this.entries = CallEntries.of(new IsolatedSide(target));
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
                        new Shape(type, List.of(options)),
                        _ -> CallGuard.around(recovering(target.calls().downcall(type, options))));
        ExecutorAddress entry = entries == null ? function : entries.call(gate, function, type);
        return EscapedThrows.thrownAfter(
                MethodHandles.insertArguments(call, 0, gate, entry.value()));
    }

    private MethodHandle recovering(MethodHandle call) {
        RecoveringGuest guest = target.recovering();
        MethodHandle thrower =
                MethodHandles.throwException(call.type().returnType(), GuestCrashException.class);
        MethodHandle onCrash = MethodHandles.filterArguments(thrower, 0, CRASHED.bindTo(guest));
        MethodHandle caught = MethodHandles.catchException(call, GuestGoneException.class, onCrash);
        return MethodHandles.foldArguments(caught, BEFORE_CALL.bindTo(guest));
    }
}
