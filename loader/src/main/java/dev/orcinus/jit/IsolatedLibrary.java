package dev.orcinus.jit;

import dev.orcinus.jit.binding.BoundLibrary;
import dev.orcinus.jit.binding.CallbackTables;
import dev.orcinus.jit.binding.ScratchPool;
import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.jit.unwinding.EscapedThrows;
import dev.orcinus.jit.unwinding.SideMemory;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.targets.isolated.IsolatedTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A dylib of another process for interfaces that are bound to it. What calls pass by pointer lies
 * in memory that both processes have. Many threads may use it.
 */
@SuppressWarnings("MustBeClosedChecker") // calls close their arenas, the dylib's end the others
final class IsolatedLibrary implements BoundLibrary {
    private final IsolatedDylib dylib;
    private final IsolatedJit jit;
    private final IsolatedTarget target;
    private final CallEntries entries;
    private final ScratchPool scratch;
    private final CallbackTables callbacks = new CallbackTables();

    IsolatedLibrary(
            IsolatedDylib dylib, IsolatedJit jit, IsolatedTarget target, CallEntries entries) {
        this.entries = entries;
        this.dylib = dylib;
        this.jit = jit;
        this.target = target;
        this.scratch = new ScratchPool(this::piece, this::arena);
    }

    private MemorySegment piece() {
        return target.share(ScratchPool.PIECE_BYTES, dylib.dylib().lifetime().arena());
    }

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
        return dylib.function(symbol, shape, options);
    }

    @Override
    public MemorySegment callback(MethodHandle method, FunctionDescriptor shape) {
        Lifetime lifetime = dylib.dylib().lifetime();
        MemorySegment stub = target.callback(method, shape, lifetime.arena());
        if (entries == null) {
            return stub;
        }
        ExecutorAddress entry =
                entries.callback(new ExecutorAddress(stub.address()), shape, lifetime);
        return target.calls().symbol(entry, lifetime.arena());
    }

    @Override
    public CallbackTables callbacks() {
        return callbacks;
    }

    @Override
    public MethodHandle keeper() {
        return EscapedThrows.keeper(entries);
    }

    @Override
    public AddressLayout pointer(long sizeBytes) {
        return target.calls().pointer(sizeBytes);
    }

    @Override
    public MemorySegment read(MemorySegment pointer, long sizeBytes) {
        if (pointer.address() == 0) {
            throw new NullPointerException("C passes a null pointer");
        }
        if (pointer.byteSize() >= sizeBytes) {
            return pointer;
        }
        int words = (int) ((sizeBytes + Long.BYTES - 1) / Long.BYTES);
        MemorySegment copy = MemorySegment.ofArray(new long[words]).asSlice(0, sizeBytes);
        if (!target.copy(copy, new ExecutorAddress(pointer.address()), false)) {
            throw new IndexOutOfBoundsException(
                    "C passes 0x%x, where 0x%x bytes cannot be read"
                            .formatted(pointer.address(), sizeBytes));
        }
        return copy;
    }

    @Override
    public String text(MemorySegment pointer) {
        if (pointer.address() == 0) {
            return null;
        }
        ExecutorAddress start = new ExecutorAddress(pointer.address());
        String text = new SideMemory((from, to) -> target.copy(to, from, false)).text(start);
        if (text == null) {
            throw new IndexOutOfBoundsException("there is no text at " + start);
        }
        return text;
    }

    @Override
    public boolean takesHeap() {
        return false;
    }

    @Override
    public ScratchPool scratch() {
        return scratch;
    }

    @Override
    public Arena arena(long sizeBytes) {
        return jit.sharedArena(sizeBytes);
    }
}
