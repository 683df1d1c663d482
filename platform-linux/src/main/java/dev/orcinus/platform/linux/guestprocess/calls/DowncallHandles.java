package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * A maker of method handles that call functions of a guest. The function's address is their first
 * argument. It has no state.
 */
final class DowncallHandles {
    private static final int REGISTERS = 6;
    private static final MethodHandle CALL;
    private static final MethodHandle CALL_MARSHALLED;
    private static final MethodHandle TO_ADDRESS;
    private static final MethodHandle TO_POINTER;

    static {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            CALL =
                    lookup.findVirtual(
                            DowncallHandles.class,
                            "call",
                            MethodType.methodType(long.class, long.class)
                                    .appendParameterTypes(sixLongs()));
            CALL_MARSHALLED =
                    lookup.findVirtual(
                            DowncallHandles.class,
                            "call",
                            MethodType.methodType(
                                    Object.class,
                                    MarshalledCall.class,
                                    long.class,
                                    Object[].class));
            TO_ADDRESS =
                    lookup.findVirtual(
                            SharedSegments.class,
                            "addressOf",
                            MethodType.methodType(long.class, MemorySegment.class, String.class));
            TO_POINTER =
                    lookup.findVirtual(
                            SharedSegments.class,
                            "pointer",
                            MethodType.methodType(
                                    MemorySegment.class, long.class, AddressLayout.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private final NativeGuest guest;
    private final SharedSegments shared;

    DowncallHandles(NativeGuest guest, SharedSegments shared) {
        this.guest = guest;
        this.shared = shared;
    }

    private static Class<?>[] sixLongs() {
        Class<?>[] types = new Class<?>[REGISTERS];
        java.util.Arrays.fill(types, long.class);
        return types;
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private long call(long function, long a, long b, long c, long d, long e, long f) {
        ExecutorAddress address = new ExecutorAddress(function);
        return guest.threads().on(Use.GUEST_CODE, thread -> thread.call(address, a, b, c, d, e, f));
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private Object call(MarshalledCall call, long function, Object[] arguments) {
        return guest.threads().on(Use.GUEST_CODE, thread -> call.call(thread, function, arguments));
    }

    /** Returns a handle for a function whose values are in integer registers. */
    MethodHandle plain(FunctionDescriptor shape) {
        List<MemoryLayout> arguments = shape.argumentLayouts();
        MethodHandle call = CALL.bindTo(this);
        for (int i = arguments.size(); i < REGISTERS; i++) {
            call = MethodHandles.insertArguments(call, 1 + arguments.size(), 0L);
        }
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i) instanceof AddressLayout pointer) {
                String name = TypedCalls.nameOf(pointer, i);
                MethodHandle toAddress =
                        MethodHandles.insertArguments(TO_ADDRESS.bindTo(shared), 1, name);
                call = MethodHandles.filterArguments(call, 1 + i, toAddress);
            }
        }
        if (shape.returnLayout().orElse(null) instanceof AddressLayout pointer) {
            MethodHandle toPointer =
                    MethodHandles.insertArguments(TO_POINTER.bindTo(shared), 1, pointer);
            call = MethodHandles.filterReturnValue(call, toPointer);
        }
        MethodType type = shape.toMethodType().insertParameterTypes(0, long.class);
        return MethodHandles.explicitCastArguments(call, type);
    }

    /** Returns a handle for any other function. */
    MethodHandle marshalled(FunctionDescriptor shape, CallOptions options, MarshalledCall call) {
        MethodType type = shape.toMethodType();
        if (options.capturesErrno()) {
            type = type.insertParameterTypes(0, MemorySegment.class);
        }
        if (shape.returnLayout().orElse(null) instanceof GroupLayout) {
            type = type.insertParameterTypes(0, SegmentAllocator.class);
        }
        return MethodHandles.insertArguments(CALL_MARSHALLED.bindTo(this), 0, call)
                .asCollector(Object[].class, type.parameterCount())
                .asType(type.insertParameterTypes(0, long.class));
    }
}
