package dev.orcinus.platform.linux.guestprocess.abi;

/**
 * A piece of an argument or a result, and its place.
 *
 * @param offset of the piece in the value, in bytes
 * @param sizeBytes its length
 * @param place the kind of place in which it is passed
 * @param index the number of the register; on the stack the offset in bytes from the first argument
 */
public record Piece(int offset, int sizeBytes, Place place, int index) {
    /** The kinds of places. */
    public enum Place {
        /** A register for integers and pointers; AArch64 has {@code x8} as number 8. */
        INTEGER,
        /** A register for floating-point numbers and vectors. */
        VECTOR,
        /** The stack. */
        STACK
    }
}
