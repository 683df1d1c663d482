package dev.orcinus.loader.lifetime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** A maker of method handles that call through a {@link FunctionGate}. */
public final class CallGuard {
    private static final MethodHandle ENTER;
    private static final MethodHandle LEAVE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENTER =
                    lookup.findStatic(
                            FunctionGate.class,
                            "enter",
                            MethodType.methodType(Seat.class, FunctionGate.class));
            LEAVE = lookup.findVirtual(Seat.class, "leave", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private CallGuard() {}

    /**
     * Returns a handle that does what {@code call} does, as a call that is inside of a gate. The
     * gate is an additional first argument.
     */
    public static MethodHandle around(MethodHandle call) {
        MethodHandle seated = MethodHandles.dropArguments(call, 0, Seat.class);
        MethodHandle leaving = MethodHandles.tryFinally(seated, cleanup(call.type().returnType()));
        return MethodHandles.filterArguments(leaving, 0, ENTER);
    }

    /** Returns {@code (thrown, result, seat) -> { seat.leave(); return result; }}. */
    private static MethodHandle cleanup(Class<?> result) {
        if (result == void.class) {
            return MethodHandles.dropArguments(LEAVE, 0, Throwable.class);
        }
        MethodHandle identity =
                MethodHandles.dropArguments(MethodHandles.identity(result), 1, Seat.class);
        MethodHandle leaveFirst = MethodHandles.foldArguments(identity, 1, LEAVE);
        return MethodHandles.dropArguments(leaveFirst, 0, Throwable.class);
    }
}
