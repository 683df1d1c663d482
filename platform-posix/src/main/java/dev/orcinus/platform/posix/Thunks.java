package dev.orcinus.platform.posix;

import dev.orcinus.formats.code.CodeListing;
import java.util.Arrays;

/**
 * The machine code between native code and Java. It moves the 16-byte struct that wrapper functions
 * return between two registers and memory, which FFM could do as well; but each shape of call that
 * FFM links costs milliseconds at start-up, and with this code all calls share one.
 */
public sealed interface Thunks permits X64Thunks, AArch64Thunks {
    /** Bytes between one entry thunk and the next. */
    int ENTRY_BYTES = 48;

    /** Indices are below this: AArch64 loads one with a single instruction. */
    int MAX_INDEX = 1 << 16;

    /**
     * Returns the listing of an entry, with the holes {@code index} and {@code slot}.
     *
     * @see #entry
     */
    CodeListing entryListing();

    /**
     * Returns the listing of {@code void call(f, data, size, uint64_t result[2])}, which calls
     * {@code f(data, size)} and stores both return registers.
     */
    CodeListing callListing();

    /**
     * Returns an entry: it keeps the four argument registers, calls the function whose address is
     * in a slot with {@code index} and a pointer to 16 bytes as fifth and sixth arguments, and
     * returns those bytes in the return registers.
     *
     * @param index of the exported function, below {@link #MAX_INDEX}
     * @param slotDistance from the first byte of the thunk to the slot, in bytes; a multiple of 4
     * @return {@link #ENTRY_BYTES} bytes
     */
    default byte[] entry(int index, int slotDistance) {
        byte[] code = entryListing().fill().with("index", index).with("slot", slotDistance).bytes();
        return Arrays.copyOf(code, ENTRY_BYTES);
    }

    /** Returns the code of {@link #callListing}. */
    default byte[] call() {
        return callListing().bytes();
    }

    /** Returns the code for x86-64. */
    static Thunks x64() {
        return new X64Thunks();
    }

    /** Returns the code for AArch64. */
    static Thunks aarch64() {
        return new AArch64Thunks();
    }
}
