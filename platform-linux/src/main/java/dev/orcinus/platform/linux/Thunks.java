package dev.orcinus.platform.linux;

/**
 * Encodes the machine code between native callers and Java, and back. It moves the 16-byte struct
 * that wrapper functions return between two registers and memory, which FFM could do as well: but
 * each shape of call that FFM links costs milliseconds at start-up, and this way all share one.
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
}
