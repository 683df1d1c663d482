package dev.orcinus.platform.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Stdlib;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.WrapperFunctionResult.Value;
import java.lang.foreign.MemorySegment;

/**
 * Results of wrapper functions in their C form, {@code struct { union { char *ValuePtr; char
 * Value[8]; }; size_t Size; }}: up to 8 bytes in place, more in memory from {@code malloc} that the
 * receiver frees; an error has size 0 and a text. Mirrors LLVM's {@code CWrapperFunctionResult}.
 */
final class WrapperResults {
    private static final long DATA = 0;
    private static final long SIZE = 8;
    private static final int INLINE_BYTES = 8;

    private WrapperResults() {}

    /**
     * Writes a result for a C caller, which frees its memory. This is no pattern switch, because
     * the first one costs 3 ms of start-up time.
     */
    static void write(WrapperFunctionResult result, MemorySegment struct) {
        struct.fill((byte) 0);
        if (result instanceof OutOfBandError error) {
            struct.set(JAVA_LONG, DATA, toHeap(error.toCString()));
        } else if (result instanceof Value value) {
            write(value.bytes(), struct);
        }
    }

    private static void write(byte[] bytes, MemorySegment struct) {
        struct.set(JAVA_LONG, SIZE, bytes.length);
        if (bytes.length <= INLINE_BYTES) {
            MemorySegment.copy(bytes, 0, struct, JAVA_BYTE, DATA, bytes.length);
        } else {
            struct.set(JAVA_LONG, DATA, toHeap(bytes));
        }
    }

    /** Reads a result that a C function returned, and frees its memory. */
    static WrapperFunctionResult take(MemorySegment struct) {
        long data = struct.get(JAVA_LONG, DATA);
        long size = struct.get(JAVA_LONG, SIZE);
        if (size == 0) {
            return data == 0 ? WrapperFunctionResult.EMPTY : takeError(data);
        }
        if (Long.compareUnsigned(size, INLINE_BYTES) <= 0) {
            return new Value(struct.asSlice(DATA, size).toArray(JAVA_BYTE));
        }
        if (Long.compareUnsigned(size, Integer.MAX_VALUE) > 0) {
            return new OutOfBandError(
                    "the function returned a result of 0x" + Long.toHexString(size) + " bytes");
        }
        byte[] bytes = NativeMemory.view(data, size).toArray(JAVA_BYTE);
        Stdlib.free(data);
        return new Value(bytes);
    }

    private static WrapperFunctionResult takeError(long text) {
        String message = NativeMemory.string(text);
        Stdlib.free(text);
        return new OutOfBandError(message);
    }

    private static long toHeap(byte[] bytes) {
        long address = Stdlib.malloc(bytes.length);
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + bytes.length + ") failed");
        }
        MemorySegment.copy(
                bytes, 0, NativeMemory.view(address, bytes.length), JAVA_BYTE, 0, bytes.length);
        return address;
    }
}
