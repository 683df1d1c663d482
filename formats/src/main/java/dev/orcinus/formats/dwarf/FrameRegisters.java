package dev.orcinus.formats.dwarf;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;

/** The registers of a frame, by their DWARF numbers, as far as they are known. Not thread-safe. */
public final class FrameRegisters {
    private static final int COUNT = 128;

    /** The bits of an address that pointer authentication leaves alone. */
    private static final long AARCH64_ADDRESS = (1L << 48) - 1;

    private final Processor processor;
    private final long[] values;
    private final BitSet known;
    private long pc;

    /** The numbers that DWARF gives to registers of a processor. */
    public enum Processor {
        /** x86-64 psABI, "DWARF Register Number Mapping". */
        X86_64(7, 6, 16),
        /** DWARF for the Arm 64-bit Architecture. */
        AARCH64(31, 29, 30);

        private final int stackPointer;
        private final int framePointer;
        private final int returnAddress;

        Processor(int stackPointer, int framePointer, int returnAddress) {
            this.stackPointer = stackPointer;
            this.framePointer = framePointer;
            this.returnAddress = returnAddress;
        }

        /** Returns the number of the stack pointer. */
        public int stackPointer() {
            return stackPointer;
        }

        /** Returns the number of the frame pointer, if code uses one. */
        public int framePointer() {
            return framePointer;
        }

        /** Returns the number of the register or column of the return address. */
        public int returnAddress() {
            return returnAddress;
        }

        /** Returns an address of code without the signature that a processor may have put in. */
        public long codeAddress(long signed) {
            return this == AARCH64 ? signed & AARCH64_ADDRESS : signed;
        }
    }

    private FrameRegisters(Processor processor, long[] values, BitSet known, long pc) {
        this.processor = processor;
        this.values = values;
        this.known = known;
        this.pc = pc;
    }

    /** Returns registers that are known from number 0 on, without gaps. */
    public static FrameRegisters of(Processor processor, long pc, List<Long> values) {
        FrameRegisters registers = new FrameRegisters(processor, new long[COUNT], new BitSet(), pc);
        for (int i = 0; i < Math.min(COUNT, values.size()); i++) {
            registers.set(i, values.get(i));
        }
        registers.setPc(pc);
        return registers;
    }

    /** Returns registers that change independently of these. */
    public FrameRegisters copy() {
        return new FrameRegisters(processor, values.clone(), (BitSet) known.clone(), pc);
    }

    /** Returns the processor that they belong to. */
    public Processor processor() {
        return processor;
    }

    /** Returns the address of the frame's instruction: in callers, the one behind the call. */
    public long pc() {
        return pc;
    }

    /** Sets the address of the frame's instruction, which has a number only on x86-64. */
    public void setPc(long address) {
        pc = address;
        if (processor == Processor.X86_64) {
            set(processor.returnAddress(), address);
        }
    }

    /** Returns the value of a register, if it is known. */
    public OptionalLong value(int register) {
        return register >= 0 && known.get(register)
                ? OptionalLong.of(values[register])
                : OptionalLong.empty();
    }

    /** Sets the value of a register; those of vector registers are not kept. */
    public void set(int register, long value) {
        if (register >= 0 && register < COUNT) {
            values[register] = value;
            known.set(register);
        }
    }

    /** Notes that the value of a register is not known. */
    public void forget(int register) {
        if (register >= 0 && register < COUNT) {
            known.clear(register);
        }
    }
}
