package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * The stack machine of DWARF expressions, with the operations that are allowed in call frame
 * information. Source: DWARF 5, 2.5 and 6.4.2. Used once, by one thread.
 */
final class DwarfExpression {
    private static final int MOST_VALUES = 64;
    private static final int MOST_STEPS = 1000;

    private static final int FIRST_LITERAL = 0x30; // DW_OP_lit0
    private static final int FIRST_REGISTER = 0x50; // DW_OP_reg0
    private static final int FIRST_BASE = 0x70; // DW_OP_breg0
    private static final int BASES_END = 0x90;

    private final FrameRegisters registers;
    private final ReadableMemory memory;
    private final FileBytes bytes;
    private final long[] stack = new long[MOST_VALUES];
    private int depth;
    private DwarfCursor in;

    private DwarfExpression(FrameRegisters registers, ReadableMemory memory, byte[] expression)
            throws MalformedFileException {
        this.registers = registers;
        this.memory = memory;
        this.bytes = new FileBytes("a DWARF expression", MemorySegment.ofArray(expression));
        this.in = DwarfCursor.of(bytes);
    }

    /** A register or memory that an expression needs is not known. */
    private static final class UnknownValueException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Returns the value of an expression; empty if it needs a register or memory that is not known.
     *
     * @param initial the values that are on the stack when it starts
     */
    static OptionalLong evaluate(
            byte[] expression, FrameRegisters registers, ReadableMemory memory, long... initial)
            throws MalformedFileException {
        DwarfExpression machine = new DwarfExpression(registers, memory, expression);
        try {
            for (long value : initial) {
                machine.push(value);
            }
            return OptionalLong.of(machine.run());
        } catch (UnknownValueException e) {
            return OptionalLong.empty();
        }
    }

    private long run() throws MalformedFileException, UnknownValueException {
        for (int steps = 0; in.hasMore(); steps++) {
            if (steps == MOST_STEPS) {
                throw in.malformed("it does not end");
            }
            step(in.u8());
        }
        return pop();
    }

    private void push(long value) throws MalformedFileException {
        if (depth == MOST_VALUES) {
            throw in.malformed("it has more than " + MOST_VALUES + " values");
        }
        stack[depth++] = value;
    }

    private long pop() throws MalformedFileException {
        requireDepth(1);
        return stack[--depth];
    }

    private void requireDepth(int least) throws MalformedFileException {
        if (depth < least) {
            throw in.malformed("it needs " + least + " values and has " + depth);
        }
    }

    private void step(int code) throws MalformedFileException, UnknownValueException {
        if (code >= FIRST_LITERAL && code < FIRST_REGISTER) {
            push(code - FIRST_LITERAL);
        } else if (code >= FIRST_BASE && code < BASES_END) {
            push(register(code - FIRST_BASE) + in.sleb());
        } else if (code <= 0x11) {
            constant(code);
        } else if (code <= 0x17) {
            arrange(code);
        } else if (code == 0x19 || code == 0x1f || code == 0x20 || code == 0x23) {
            push(unary(code, pop()));
        } else if (code == 0x28 || code == 0x2f) {
            branch(code);
        } else if (code < FIRST_LITERAL) {
            long second = pop();
            push(binary(code, pop(), second));
        } else {
            other(code);
        }
    }

    private void constant(int code) throws MalformedFileException, UnknownValueException {
        switch (code) {
            case 0x03, 0x0e, 0x0f -> push(in.u64()); // DW_OP_addr
            case 0x06 -> push(load(pop(), Long.BYTES)); // DW_OP_deref
            case 0x08 -> push(in.u8());
            case 0x09 -> push((byte) in.u8());
            case 0x0a -> push(in.u16());
            case 0x0b -> push((short) in.u16());
            case 0x0c -> push(in.u32());
            case 0x0d -> push(in.s32());
            case 0x10 -> push(in.uleb());
            case 0x11 -> push(in.sleb());
            default -> throw unknown(code);
        }
    }

    /** Arranges the values of the stack: {@code DW_OP_dup} to {@code DW_OP_rot}. */
    private void arrange(int code) throws MalformedFileException {
        switch (code) {
            case 0x12 -> pick(0);
            case 0x13 -> pop();
            case 0x14 -> pick(1);
            case 0x15 -> pick(in.u8());
            case 0x16 -> rotate(2);
            default -> rotate(3);
        }
    }

    private void pick(int index) throws MalformedFileException {
        requireDepth(index + 1);
        push(stack[depth - 1 - index]);
    }

    /** Moves the top of the stack below a number of values that includes it. */
    private void rotate(int count) throws MalformedFileException {
        requireDepth(count);
        long top = stack[depth - 1];
        System.arraycopy(stack, depth - count, stack, depth - count + 1, count - 1);
        stack[depth - count] = top;
    }

    private long unary(int code, long value) throws MalformedFileException {
        return switch (code) {
            case 0x19 -> Math.abs(value);
            case 0x1f -> -value;
            case 0x20 -> ~value;
            default -> value + in.uleb(); // DW_OP_plus_uconst
        };
    }

    private long binary(int code, long a, long b) throws MalformedFileException {
        return switch (code) {
            case 0x1a -> a & b;
            case 0x1b -> a / nonZero(b);
            case 0x1c -> a - b;
            case 0x1d -> Long.remainderUnsigned(a, nonZero(b));
            case 0x1e -> a * b;
            case 0x21 -> a | b;
            case 0x22 -> a + b;
            case 0x24 -> isShift(b) ? a << b : 0;
            case 0x25 -> isShift(b) ? a >>> b : 0;
            case 0x26 -> a >> (isShift(b) ? b : Long.SIZE - 1);
            case 0x27 -> a ^ b;
            case 0x29 -> truth(a == b);
            case 0x2a -> truth(a >= b);
            case 0x2b -> truth(a > b);
            case 0x2c -> truth(a <= b);
            case 0x2d -> truth(a < b);
            case 0x2e -> truth(a != b);
            default -> throw unknown(code);
        };
    }

    private static boolean isShift(long count) {
        return count >= 0 && count < Long.SIZE;
    }

    private static long truth(boolean holds) {
        return holds ? 1 : 0;
    }

    private long nonZero(long divisor) throws MalformedFileException {
        if (divisor == 0) {
            throw in.malformed("it divides by 0");
        }
        return divisor;
    }

    private void branch(int code) throws MalformedFileException {
        int distance = (short) in.u16();
        if (code == 0x2f || pop() != 0) {
            in = new DwarfCursor(bytes, in.position() + distance, bytes.sizeBytes());
        }
    }

    private void other(int code) throws MalformedFileException, UnknownValueException {
        switch (code) {
            case 0x92 -> push(register(in.smallUleb()) + in.sleb()); // DW_OP_bregx
            case 0x94 -> push(load(pop(), in.u8())); // DW_OP_deref_size
            case 0x96 -> {} // DW_OP_nop
            default -> throw unknown(code);
        }
    }

    private long register(int number) throws UnknownValueException {
        return registers.value(number).orElseThrow(UnknownValueException::new);
    }

    private long load(long address, int sizeBytes)
            throws MalformedFileException, UnknownValueException {
        if (sizeBytes <= 0 || sizeBytes > Long.BYTES) {
            throw in.malformed("it loads " + sizeBytes + " bytes");
        }
        return memory.unsigned(address, sizeBytes).orElseThrow(UnknownValueException::new);
    }

    private MalformedFileException unknown(int code) {
        return in.malformed("it has the operation 0x" + Integer.toHexString(code));
    }
}
