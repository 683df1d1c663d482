package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.MalformedFileException;
import java.util.OptionalLong;

/** Where the caller's value of a register is. Source: DWARF 5, 6.4.1 "Register rules". */
public sealed interface RegisterRule {
    /**
     * Returns the caller's value of a register; empty if it is lost.
     *
     * @param of the number of the register
     * @param callee the registers of the frame
     * @param cfa the canonical frame address
     */
    OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory)
            throws MalformedFileException;

    /** The value is lost. A frame without a return address has no caller. */
    record Undefined() implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory) {
            return OptionalLong.empty();
        }
    }

    /** The register still has it. */
    record Same() implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory) {
            return callee.value(of);
        }
    }

    /**
     * It is in memory, at a distance from the canonical frame address.
     *
     * @param offset the distance
     */
    record Saved(long offset) implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory) {
            return memory.unsigned(cfa + offset, Long.BYTES);
        }
    }

    /**
     * It is the canonical frame address plus an offset.
     *
     * @param offset the offset
     */
    record FrameAddress(long offset) implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory) {
            return OptionalLong.of(cfa + offset);
        }
    }

    /**
     * Another register has it.
     *
     * @param register the number of that register
     */
    record Other(int register) implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory) {
            return callee.value(register);
        }
    }

    /**
     * It is in memory at the address that an expression computes.
     *
     * @param expression the expression, which finds the canonical frame address on its stack
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record SavedAt(byte[] expression) implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory)
                throws MalformedFileException {
            OptionalLong place = DwarfExpression.evaluate(expression, callee, memory, cfa);
            return place.isEmpty() ? place : memory.unsigned(place.getAsLong(), Long.BYTES);
        }
    }

    /**
     * An expression computes it.
     *
     * @param expression the expression, which finds the canonical frame address on its stack
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Computed(byte[] expression) implements RegisterRule {
        @Override
        public OptionalLong value(int of, FrameRegisters callee, long cfa, ReadableMemory memory)
                throws MalformedFileException {
            return DwarfExpression.evaluate(expression, callee, memory, cfa);
        }
    }
}
