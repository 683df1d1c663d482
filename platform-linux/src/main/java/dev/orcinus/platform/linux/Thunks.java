package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Encodes the machine code between native code and Java. Calls: it moves the 16-byte struct that
 * wrapper functions return between two registers and memory, which FFM could do as well: but each
 * shape of call that FFM links costs milliseconds at start-up, and this way all share one.
 */
sealed interface Thunks permits X64Thunks, AArch64Thunks {
    /** Bytes between one entry thunk and the next. */
    int ENTRY_BYTES = 48;

    /** Indices are below this: AArch64 loads one with a single instruction. */
    int MAX_INDEX = 1 << 16;

    /**
     * An entry: keeps the four argument registers, calls the function whose address is in a slot
     * with {@code index} and a pointer to 16 bytes as fifth and sixth arguments, and returns those
     * bytes in the return registers.
     *
     * @param index of the exported function, below {@link #MAX_INDEX}
     * @param slotDistance from the first byte of the thunk to the slot, in bytes; a multiple of 4
     * @return {@link #ENTRY_BYTES} bytes
     */
    byte[] entry(int index, int slotDistance);

    /**
     * {@code void call(f, data, size, uint64_t result[2])}: calls {@code f(data, size)} and stores
     * both return registers.
     */
    byte[] call();

    /**
     * A signal handler in front of another one, {@code void handler(int, siginfo_t *, ucontext_t
     * *)}. If the interrupted instruction lies in one of two ranges it jumps to the other handler.
     * If not, it makes standard output a copy of standard error, calls the other handler, and
     * undoes that if the handler returns.
     *
     * @param handler address of the other handler
     * @param first a range of code
     * @param second a range of code
     */
    byte[] faultFilter(long handler, AddressRange first, AddressRange second);

    /** What a fault filter refers to, in the order in which it expects it behind its code. */
    static byte[] withSlots(byte[] code, long handler, AddressRange first, AddressRange second) {
        return ByteBuffer.allocate(code.length + 5 * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(code)
                .putLong(handler)
                .putLong(first.start().value())
                .putLong(first.sizeBytes())
                .putLong(second.start().value())
                .putLong(second.sizeBytes())
                .array();
    }
}
