package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.bindings.foreign.Functions;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.abi.CallingConvention;
import dev.orcinus.platform.linux.guestprocess.abi.Signature;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.IsolatedCalls;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;

/** The calls of any shape between Java and one guest process. Many threads may use it. */
public final class TypedCalls implements IsolatedCalls {
    /** The integer registers of a call that {@code Slot} carries. */
    private static final int CALL_REGISTERS = 6;

    private final NativeGuest guest;
    private final GuestMemory memory;
    private final CallingConvention convention;
    private final RegisterBlock places;
    private final SharedSegments shared = new SharedSegments();
    private final SharedMappings mappings;
    private final DowncallHandles handles;
    private final CallbackEntries plainEntries;
    private final CallbackEntries otherEntries;

    /** The way in which Java functions get addresses in a guest. */
    @FunctionalInterface
    public interface Exports {
        /**
         * Gives functions addresses in the guest.
         *
         * @param kind the part of the guest's program that calls them
         */
        List<ExecutorAddress> add(List<ExportedFunction> functions, GuestProgram kind)
                throws HostCallException;
    }

    /** The calls between Java and a guest. */
    public TypedCalls(NativeGuest guest, GuestMemory memory, Exports exports) {
        this.guest = guest;
        this.memory = memory;
        convention = CallingConvention.of(guest.processor());
        places = RegisterBlock.of(guest.processor());
        mappings = new SharedMappings(guest, shared);
        handles = new DowncallHandles(guest, shared);
        plainEntries = new CallbackEntries(GuestProgram.CALLBACK, exports);
        otherEntries = new CallbackEntries(GuestProgram.CALLBACK_ALL, exports);
    }

    /** Returns the name of an argument for messages. */
    static String nameOf(MemoryLayout layout, int number) {
        return layout.name()
                .map(name -> "argument '" + name + "'")
                .orElse("argument " + (number + 1));
    }

    @Override
    public MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options) {
        CallOptions chosen = CallOptions.of(shape, options);
        Signature signature = convention.signature(shape);
        if (signature.isPlain(CALL_REGISTERS) && !chosen.capturesErrno()) {
            return handles.plain(shape);
        }
        ExecutorAddress marshal = guest.address(GuestProgram.MARSHAL);
        return handles.marshalled(
                shape, chosen, new MarshalledCall(signature, chosen, places, shared, marshal));
    }

    @Override
    public AddressLayout pointer(long sizeBytes) {
        return Functions.pointer(sizeBytes);
    }

    @Override
    public MemorySegment symbol(ExecutorAddress address, Arena arena) {
        return NativeMemory.view(address.value(), 0, arena);
    }

    @Override
    public MemorySegment symbol(ExecutorAddress address, Arena arena, Runnable atEnd) {
        return NativeMemory.view(address.value(), 0, arena, _ -> atEnd.run());
    }

    @Override
    public ExecutorAddress addressOf(MemorySegment segment, String name) {
        return new ExecutorAddress(shared.addressOf(segment, name));
    }

    @Override
    public Optional<MemorySegment> callbackIfReady(
            MethodHandle method, FunctionDescriptor shape, Arena arena) {
        Callback callback = callbackOf(method, shape);
        return callback.entries.takeFree(callback.function).map(entry -> placed(entry, arena));
    }

    @Override
    public MemorySegment callback(MethodHandle method, FunctionDescriptor shape, Arena arena)
            throws HostCallException {
        Callback callback = callbackOf(method, shape);
        return placed(callback.entries.take(callback.function), arena);
    }

    /** A function that guest code can call, and the entries that pass on what it needs. */
    private record Callback(ExportedFunction function, CallbackEntries entries) {}

    private Callback callbackOf(MethodHandle method, FunctionDescriptor shape) {
        MethodType type = shape.toMethodType();
        if (!method.type().equals(type)) {
            throw new IllegalArgumentException(
                    "a method of type %s for the shape %s".formatted(method.type(), shape));
        }
        Signature signature = convention.signature(shape);
        MethodHandle spread =
                method.asSpreader(Object[].class, type.parameterCount())
                        .asType(MethodType.methodType(Object.class, Object[].class));
        return signature.isPlain(ExportedFunction.REGISTERS)
                ? new Callback(new PlainCallback(shape, spread, shared), plainEntries)
                : new Callback(
                        new MarshalledCallback(signature, spread, places, shared, memory),
                        otherEntries);
    }

    private static MemorySegment placed(CallbackEntry entry, Arena arena) {
        CallbackEntries entries = entry.owner();
        return NativeMemory.view(entry.address().value(), 0, arena, _ -> entries.giveBack(entry));
    }

    @Override
    public MemorySegment share(long sizeBytes, Arena arena) throws HostCallException {
        return mappings.map(sizeBytes, arena);
    }
}
