package dev.orcinus.jit;

import dev.orcinus.jit.binding.BoundLibrary;
import dev.orcinus.jit.binding.CallbackTables;
import dev.orcinus.jit.binding.ScratchPool;
import dev.orcinus.jit.unwinding.EscapedThrows;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** A dylib of this process for interfaces that are bound to it. Many threads may use it. */
@SuppressWarnings("MustBeClosedChecker") // calls close their arenas
record InProcessLibrary(InProcessDylib dylib, NativeFunctions functions, CallbackTables callbacks)
        implements BoundLibrary {
    private static final long ALIGNMENT = 16;

    /** All in-process calls use it, so it grows no further than there are calls at once. */
    private static final ScratchPool SCRATCH =
            new ScratchPool(
                    () -> Arena.global().allocate(ScratchPool.PIECE_BYTES, ALIGNMENT),
                    _ -> Arena.ofConfined());

    @Override
    public String name() {
        return dylib.name();
    }

    @Override
    public boolean defines(String symbol) {
        return dylib.find(symbol).isPresent();
    }

    @Override
    public MethodHandle function(
            String symbol, FunctionDescriptor shape, boolean isChecked, Linker.Option... options) {
        return isChecked
                ? dylib.function(symbol, shape, options)
                : dylib.uncheckedFunction(symbol, shape, options);
    }

    @Override
    public MemorySegment callback(MethodHandle method, FunctionDescriptor shape) {
        return functions.callback(method, shape, dylib.dylib().lifetime());
    }

    @Override
    public MethodHandle keeper() {
        return EscapedThrows.keeper(InProcessSide.entries());
    }

    @Override
    public AddressLayout pointer(long sizeBytes) {
        return functions.pointer(sizeBytes);
    }

    @Override
    public MemorySegment read(MemorySegment pointer, long sizeBytes) {
        if (pointer.address() == 0) {
            throw new NullPointerException("C passes a null pointer");
        }
        return pointer;
    }

    @Override
    public String text(MemorySegment pointer) {
        return functions.text(pointer);
    }

    @Override
    public boolean takesHeap() {
        return true;
    }

    @Override
    public ScratchPool scratch() {
        return SCRATCH;
    }

    @Override
    public Arena arena(long sizeBytes) {
        return Arena.ofConfined();
    }
}
