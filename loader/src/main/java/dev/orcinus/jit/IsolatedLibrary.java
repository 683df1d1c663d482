package dev.orcinus.jit;

import dev.orcinus.jit.binding.BoundLibrary;
import dev.orcinus.jit.binding.ScratchPool;
import dev.orcinus.loader.targets.isolated.IsolatedTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * A dylib of another process for interfaces that are bound to it. What calls pass by pointer lies in memory that
 * both processes have. Many threads may use it.
 */
@SuppressWarnings("MustBeClosedChecker") // calls close their arenas, the dylib's end the others
final class IsolatedLibrary implements BoundLibrary {
    private static final int TEXT_BLOCK = 256;

    private final IsolatedDylib dylib;
    private final IsolatedJit jit;
    private final IsolatedTarget target;
    private final ScratchPool scratch;

    IsolatedLibrary(IsolatedDylib dylib, IsolatedJit jit, IsolatedTarget target) {
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
        return target.callback(method, shape, dylib.dylib().lifetime().arena());
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
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long next = pointer.address();
        while (true) {
            // A block does not cross a page, because the next one may not be there.
            int size = (int) (TEXT_BLOCK - (next & (TEXT_BLOCK - 1)));
            byte[] block = new byte[size];
            if (!target.copy(MemorySegment.ofArray(block), new ExecutorAddress(next), false)) {
                throw new IndexOutOfBoundsException("there is no text at 0x%x".formatted(next));
            }
            for (int i = 0; i < size; i++) {
                if (block[i] == 0) {
                    text.write(block, 0, i);
                    return text.toString(StandardCharsets.UTF_8);
                }
            }
            text.write(block, 0, size);
            next += size;
        }
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
