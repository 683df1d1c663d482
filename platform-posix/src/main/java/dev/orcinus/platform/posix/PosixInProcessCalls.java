package dev.orcinus.platform.posix;

import dev.orcinus.bindings.foreign.Functions;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.InProcessCalls;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls of any shape through the FFM API, without state. */
public final class PosixInProcessCalls implements InProcessCalls {
    /** Has no state. */
    public PosixInProcessCalls() {}

    @Override
    public MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options) {
        return Functions.downcall(shape, options);
    }

    @Override
    public MemorySegment symbol(ExecutorAddress function) {
        return Functions.symbol(function.value());
    }

    @Override
    public AddressLayout pointer(long sizeBytes) {
        return Functions.pointer(sizeBytes);
    }

    @Override
    public String text(ExecutorAddress start) {
        return NativeMemory.string(start.value());
    }

    @Override
    public MemorySegment view(ExecutorAddress start, long sizeBytes, Arena arena) {
        return NativeMemory.view(start.value(), sizeBytes, arena);
    }

    @Override
    public ExecutorAddress upcall(MethodHandle target, FunctionDescriptor shape, Arena arena) {
        return new ExecutorAddress(Functions.upcall(target, shape, arena));
    }
}
