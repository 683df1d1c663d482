package dev.orcinus.platform.linux.guestprocess.threads;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.spi.guest.Upcall;
import java.lang.foreign.MemorySegment;

/**
 * A call of a Java function by a thread of a guest process. Its registers are copied first, because
 * calls that the function makes in turn use the same slot.
 */
final class NativeUpcall implements Upcall {
    private static final int ARGUMENTS = 4;
    private static final int INLINE_BYTES = 8;

    private final NativeThread thread;
    private final long[] arguments = new long[ARGUMENTS];
    private long value;
    private long second;

    NativeUpcall(NativeThread thread, Slot slot) {
        this.thread = thread;
        for (int i = 0; i < ARGUMENTS; i++) {
            arguments[i] = slot.argument(i);
        }
    }

    @Override
    public void report(String failure) {
        thread.guest().exports().report(failure);
    }

    @Override
    public long argument(int index) {
        return arguments[index];
    }

    /**
     * Returns a copy of the bytes.
     *
     * @throws IllegalArgumentException if they cannot be read, or if they are too many
     */
    @Override
    public MemorySegment bytes(ExecutorAddress address, long sizeBytes) {
        MemorySegment copy = CopyLimit.room(sizeBytes);
        if (!thread.memory().read(address, copy)) {
            throw new IllegalArgumentException(
                    "guest code passes 0x%x bytes at %s, which cannot be read"
                            .formatted(sizeBytes, address));
        }
        return copy;
    }

    @Override
    public void returns(long result) {
        value = result;
        second = 0;
    }

    /** Sets a result in its C form ({@code CWrapperFunctionResult}). */
    @Override
    public void returns(WrapperFunctionResult result) {
        if (result instanceof OutOfBandError error) {
            value = toHeap(error.toCString());
            second = 0;
            return;
        }
        byte[] bytes = result.wireBytes();
        second = bytes.length;
        value = bytes.length <= INLINE_BYTES ? inline(bytes) : toHeap(bytes);
    }

    private static long inline(byte[] bytes) {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        MemorySegment.copy(bytes, 0, word, JAVA_BYTE, 0, bytes.length);
        return word.get(JAVA_LONG, 0);
    }

    private long toHeap(byte[] bytes) {
        long at = thread.call(Libc.MALLOC, bytes.length);
        if (at == 0) {
            throw new OutOfMemoryError("malloc(" + bytes.length + ") failed in the guest");
        }
        thread.memory().write(MemorySegment.ofArray(bytes), new ExecutorAddress(at));
        return at;
    }

    long value() {
        return value;
    }

    long second() {
        return second;
    }
}
