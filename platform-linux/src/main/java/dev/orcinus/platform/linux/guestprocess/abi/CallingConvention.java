package dev.orcinus.platform.linux.guestprocess.abi;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.abi.Piece.Place;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules by which a processor's C compilers pass values. Implementations have no state. */
public abstract sealed class CallingConvention permits SystemVConvention, Aapcs64Convention {
    /** A struct that is longer is in memory, by both conventions, unless it is a vector of four. */
    static final int TWO_WORDS = 16;

    static final int WORD = 8;

    /** Returns the convention of a processor under Linux. */
    public static CallingConvention of(Processor processor) {
        return switch (processor) {
            case X86_64 -> new SystemVConvention();
            case AARCH64 -> new Aapcs64Convention();
        };
    }

    /**
     * Returns how a function's values are passed. Arguments that a function takes as {@code ...}
     * are passed like others.
     *
     * @throws IllegalArgumentException if a layout is not that of a C type
     */
    public final Signature signature(FunctionDescriptor shape) {
        ArgumentRegisters registers = registers();
        Optional<PassedValue> result = shape.returnLayout().map(r -> result(checked(r), registers));
        List<PassedValue> arguments = new ArrayList<>();
        for (MemoryLayout argument : shape.argumentLayouts()) {
            arguments.add(argument(checked(argument), registers));
        }
        int vectors = registers.vectorCount();
        return new Signature(arguments, result, vectors, registers.stackBytes());
    }

    private static MemoryLayout checked(MemoryLayout layout) {
        if (layout instanceof SequenceLayout || layout instanceof PaddingLayout) {
            throw new IllegalArgumentException("unsupported layout: " + layout);
        }
        return layout;
    }

    /** Returns the registers for the arguments of a function. */
    abstract ArgumentRegisters registers();

    /** Returns how a result is passed, whose address may take a register. */
    abstract PassedValue result(MemoryLayout layout, ArgumentRegisters registers);

    /** Returns how the next argument is passed. */
    abstract PassedValue argument(MemoryLayout layout, ArgumentRegisters registers);

    static int size(MemoryLayout layout) {
        return Math.toIntExact(layout.byteSize());
    }

    static boolean isGroup(MemoryLayout layout) {
        return layout instanceof GroupLayout;
    }

    static PassedValue onStack(MemoryLayout layout, ArgumentRegisters registers) {
        Piece piece = registers.takeStack(size(layout), layout.byteAlignment());
        return new PassedValue(layout, List.of(piece), false);
    }

    /** Returns a value whose address is in an integer register. */
    static PassedValue byReference(MemoryLayout layout, int register) {
        Piece address = new Piece(0, WORD, Place.INTEGER, register);
        return new PassedValue(layout, List.of(address), true);
    }
}
