package dev.orcinus.platform.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.Upcall;
import java.lang.foreign.MemorySegment;

/**
 * A call that a thunk of {@link ExportTable} has made.
 *
 * @param a the first register
 * @param b the second register
 * @param c the third register
 * @param d the fourth register
 * @param result the address of 16 bytes for the return registers
 */
record PosixUpcall(long a, long b, long c, long d, long result) implements Upcall {
    private static final long RESULT_BYTES = 16;

    @Override
    public long argument(int index) {
        return switch (index) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    @Override
    public MemorySegment bytes(ExecutorAddress address, long sizeBytes) {
        return NativeMemory.view(address.value(), sizeBytes);
    }

    @Override
    public void returns(long value) {
        registers().set(JAVA_LONG, 0, value);
    }

    @Override
    public void returns(WrapperFunctionResult value) {
        WrapperResults.write(value, registers());
    }

    private MemorySegment registers() {
        return NativeMemory.view(result, RESULT_BYTES);
    }
}
