package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.abi.Piece;

/**
 * The places in a block of registers, by which {@code GuestProgram.MARSHAL} calls a function, and
 * {@code GuestProgram.CALLBACK_ALL} describes a call. Integer registers come first, a word each.
 */
enum RegisterBlock {
    /** Six integer registers and eight of 16 bytes. */
    X86_64(48, 56, 64, 192),
    /** Nine integer registers and eight of 16 bytes. */
    AARCH64(72, 80, 96, 224);

    private static final int VECTOR_BYTES = 16;

    private final int behindIntegers;
    private final int stackWords;
    private final int vectors;
    private final int stack;

    RegisterBlock(int behindIntegers, int stackWords, int vectors, int stack) {
        this.behindIntegers = behindIntegers;
        this.stackWords = stackWords;
        this.vectors = vectors;
        this.stack = stack;
    }

    static RegisterBlock of(Processor processor) {
        return switch (processor) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
        };
    }

    /** The place for the number of vector registers with arguments, as {@code al} has it. */
    int vectorCount() {
        return behindIntegers;
    }

    /** The place of the address of the arguments on the stack, in a call of Java. */
    int stackAddress() {
        return behindIntegers;
    }

    /** The place for the number of words on the stack. */
    int stackWords() {
        return stackWords;
    }

    /** The place of the first argument on the stack, and the length of the registers. */
    int stack() {
        return stack;
    }

    /** The place of a piece of a value. */
    int placeOf(Piece piece) {
        return switch (piece.place()) {
            case INTEGER -> piece.index() * Long.BYTES;
            case VECTOR -> vectors + piece.index() * VECTOR_BYTES;
            case STACK -> stack + piece.index();
        };
    }
}
