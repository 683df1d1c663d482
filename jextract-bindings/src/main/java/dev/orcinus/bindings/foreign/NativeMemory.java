package dev.orcinus.bindings.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Memory by address. Nothing is checked: an address that is not mapped ends the process. */
public final class NativeMemory {
    private NativeMemory() {}

    /** Returns the {@code sizeBytes} bytes at {@code address}, as a segment that lives for ever. */
    @SuppressWarnings("restricted")
    public static MemorySegment view(long address, long sizeBytes) {
        return MemorySegment.ofAddress(address).reinterpret(sizeBytes);
    }

    /**
     * Returns the {@code sizeBytes} bytes at {@code address}, as a segment that lives as long as an
     * arena.
     */
    @SuppressWarnings("restricted")
    public static MemorySegment view(long address, long sizeBytes, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(sizeBytes, arena, null);
    }

    /**
     * Returns the {@code sizeBytes} bytes at {@code address}, as a segment that lives as long as an
     * arena.
     *
     * @param cleanup runs when the arena has been closed
     */
    @SuppressWarnings("restricted")
    public static MemorySegment view(
            long address, long sizeBytes, Arena arena, Consumer<MemorySegment> cleanup) {
        return MemorySegment.ofAddress(address).reinterpret(sizeBytes, arena, cleanup);
    }

    /** Returns the NUL-terminated UTF-8 text at {@code address}; null at address zero. */
    public static String string(long address) {
        return address == 0 ? null : view(address, Long.MAX_VALUE).getString(0);
    }

    /**
     * Returns the address of a native segment. The caller keeps the segment alive during the call.
     *
     * @throws IllegalArgumentException if the segment is on the Java heap
     * @throws IllegalStateException if it has been freed
     */
    public static long address(MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("not native memory: " + segment);
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("already freed: " + segment);
        }
        return segment.address();
    }
}
