package dev.orcinus.platform.linux.guestprocess.abi;

import dev.orcinus.platform.linux.guestprocess.abi.Piece.Place;

/** The registers and the stack that the arguments of one function have taken so far. */
final class ArgumentRegisters {
    private static final int WORD = 8;

    private final int integerLimit;
    private int integers;
    private int vectors;
    private int stackBytes;

    /** The registers of a processor, which has eight vector registers for arguments. */
    ArgumentRegisters(int integerLimit) {
        this.integerLimit = integerLimit;
    }

    int freeIntegers() {
        return integerLimit - integers;
    }

    int freeVectors() {
        return WORD - vectors;
    }

    int takeInteger() {
        return integers++;
    }

    int takeVector() {
        return vectors++;
    }

    /** Leaves an integer register out if the next one is odd. */
    void alignInteger() {
        integers += integers & 1;
    }

    /** Leaves out the integer registers that are left. */
    void exhaustIntegers() {
        integers = integerLimit;
    }

    /** Leaves out the vector registers that are left. */
    void exhaustVectors() {
        vectors = WORD;
    }

    /** Takes room on the stack for a value. */
    Piece takeStack(int sizeBytes, long alignmentBytes) {
        int alignment = (int) Math.max(WORD, alignmentBytes);
        int at = (stackBytes + alignment - 1) & -alignment;
        stackBytes = (at + sizeBytes + WORD - 1) & -WORD;
        return new Piece(0, sizeBytes, Place.STACK, at);
    }

    /** Returns the number of vector registers that have been taken. */
    int vectorCount() {
        return vectors;
    }

    int stackBytes() {
        return stackBytes;
    }
}
