package dev.orcinus.jit.unwinding;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.dwarf.CallFrameRows;
import dev.orcinus.formats.elf.Elf;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** What the entries of a processor are like. Immutable. */
@SuppressWarnings("ImmutableEnumChecker") // listings and a record of numbers
enum EntryProcessor {
    X86_64(
            Elf.EM_X86_64,
            X64Entries.PERSONALITY,
            X64Entries.CALL,
            X64Entries.CALLBACK,
            new Registers(6, 8, 16)) {
        private static final int RBP = 6;
        private static final int RSP = 7;
        private static final int RBX = 3;
        private static final int RETURN = 16;

        @Override
        CallFrameRows start() {
            return new CallFrameRows().frame(RSP, 8).saved(RETURN, 8);
        }

        @Override
        int returnRegister() {
            return RETURN;
        }

        @Override
        CallFrameRows personalityRows() {
            int search = personality().offsetOf("search");
            int install = personality().offsetOf("install");
            int end = personality().sizeBytes();
            return new CallFrameRows()
                    .at(1)
                    .frame(RSP, 16)
                    .saved(RBX, 16)
                    .at(search - 1)
                    .frame(RSP, 8)
                    .at(search)
                    .frame(RSP, 16)
                    .at(search + 1)
                    .frame(RSP, 24)
                    .at(search + 8)
                    .frame(RSP, 544)
                    .at(install - 7)
                    .frame(RSP, 16)
                    .at(install - 1)
                    .frame(RSP, 8)
                    .at(install)
                    .frame(RSP, 16)
                    .at(end - 1)
                    .frame(RSP, 8);
        }

        @Override
        int callStart(int stackWords) {
            return stackWords == 0 ? 0 : call().offsetOf("copying");
        }

        @Override
        CallFrameRows callRows() {
            int copying = call().offsetOf("copying");
            int landing = call().offsetOf("landing");
            return new CallFrameRows()
                    .at(1)
                    .frame(RSP, 16)
                    .saved(RBP, 16)
                    .at(4)
                    .frame(RBP, 16)
                    .at(copying - 1)
                    .frame(RSP, 8)
                    .at(copying)
                    .kept(RBP)
                    .at(copying + 1)
                    .frame(RSP, 16)
                    .saved(RBP, 16)
                    .at(copying + 4)
                    .frame(RBP, 16)
                    .at(landing - 1)
                    .frame(RSP, 8)
                    .at(landing)
                    .frame(RBP, 16)
                    .at(call().sizeBytes() - 1)
                    .frame(RSP, 8);
        }

        @Override
        CallFrameRows callbackRows() {
            CodeListing code = callback();
            int copy = code.offsetOf("copy");
            return new CallFrameRows()
                    .at(1)
                    .frame(RSP, 16)
                    .saved(RBP, 16)
                    .at(4)
                    .frame(RBP, 16)
                    .at(copy - 1)
                    .frame(RSP, 8)
                    .at(copy)
                    .frame(RBP, 16)
                    .at(code.sizeBytes() - 1)
                    .frame(RSP, 8);
        }

        @Override
        void relocate(EntryBlock.References references, CodeListing code, int start) {
            code.holes()
                    .forEach(
                            hole ->
                                    references.add(
                                            start + hole.offset(), R_X86_64_PC32, hole.name(), -4));
        }

        @Override
        int relative32() {
            return R_X86_64_PC32;
        }
    },
    AARCH64(
            Elf.EM_AARCH64,
            AArch64Entries.PERSONALITY,
            AArch64Entries.CALL,
            AArch64Entries.CALLBACK,
            new Registers(8, 8, 32)) {
        private static final int SP = 31;
        private static final int X29 = 29;
        private static final int X30 = 30;

        @Override
        CallFrameRows start() {
            return new CallFrameRows().frame(SP, 0);
        }

        @Override
        int returnRegister() {
            return X30;
        }

        @Override
        CallFrameRows personalityRows() {
            return new CallFrameRows()
                    .at(4)
                    .frame(SP, 32)
                    .saved(X29, 32)
                    .saved(X30, 24)
                    .at(8)
                    .frame(X29, 32);
        }

        @Override
        int callStart(int stackWords) {
            return 0;
        }

        @Override
        CallFrameRows callRows() {
            return callbackRows();
        }

        @Override
        CallFrameRows callbackRows() {
            return new CallFrameRows()
                    .at(4)
                    .frame(SP, 16)
                    .saved(X29, 16)
                    .saved(X30, 8)
                    .at(8)
                    .frame(X29, 16);
        }

        @Override
        void relocate(EntryBlock.References references, CodeListing code, int start) {
            code.holes()
                    .forEach(
                            hole -> {
                                int type =
                                        switch (hole.field()) {
                                            case PAGE21 -> R_AARCH64_ADR_PREL_PG_HI21;
                                            case ACCESS12 -> R_AARCH64_LDST64_ABS_LO12_NC;
                                            default -> throw new IllegalStateException(hole.name());
                                        };
                                references.add(start + hole.offset(), type, hole.name(), 0);
                            });
        }

        @Override
        int relative32() {
            return R_AARCH64_PREL32;
        }
    };

    private static final int R_X86_64_PC32 = 2;
    private static final int R_AARCH64_PREL32 = 261;
    private static final int R_AARCH64_ADR_PREL_PG_HI21 = 275;
    private static final int R_AARCH64_LDST64_ABS_LO12_NC = 286;

    private final int machine;
    private final CodeListing personality;
    private final CodeListing call;
    private final CodeListing callback;
    private final Registers registers;

    /**
     * The registers for arguments.
     *
     * @param integers how many integers they hold
     * @param vectors how many floating-point numbers they hold
     * @param largestStruct the size of the largest struct that may be in registers
     */
    private record Registers(int integers, int vectors, long largestStruct) {}

    EntryProcessor(
            int machine,
            CodeListing personality,
            CodeListing call,
            CodeListing callback,
            Registers registers) {
        this.machine = machine;
        this.personality = personality;
        this.call = call;
        this.callback = callback;
        this.registers = registers;
    }

    int machine() {
        return machine;
    }

    CodeListing personality() {
        return personality;
    }

    CodeListing call() {
        return call;
    }

    CodeListing callback() {
        return callback;
    }

    /** Returns the rows at the start of a function. */
    abstract CallFrameRows start();

    abstract int returnRegister();

    abstract CallFrameRows personalityRows();

    /** Returns where a call enters its entry. */
    abstract int callStart(int stackWords);

    abstract CallFrameRows callRows();

    abstract CallFrameRows callbackRows();

    abstract void relocate(EntryBlock.References references, CodeListing code, int start);

    abstract int relative32();

    /**
     * Returns an even number of words that is not smaller than the number of words on the stack of
     * a call. It is 0 if all arguments are in registers for certain.
     */
    int stackWords(FunctionDescriptor shape) {
        List<MemoryLayout> arguments = shape.argumentLayouts();
        long integers =
                shape.returnLayout().filter(GroupLayout.class::isInstance).isPresent() ? 1 : 0;
        long vectors = 0;
        long structs = 0;
        long large = 0;
        for (MemoryLayout argument : arguments) {
            long words = (argument.byteSize() + Long.BYTES - 1) / Long.BYTES;
            if (argument instanceof GroupLayout) {
                if (argument.byteSize() <= registers.largestStruct) {
                    structs += words;
                } else {
                    large += words;
                }
            } else if (argument instanceof ValueLayout.OfDouble
                    || argument instanceof ValueLayout.OfFloat) {
                vectors++;
            } else {
                integers++;
            }
        }
        // A struct of four floats takes four registers on AArch64, of two words.
        long more = 2 * structs;
        boolean fit =
                integers + structs <= registers.integers && vectors + more <= registers.vectors;
        long words =
                fit
                        ? large
                        : large
                                + structs
                                + Math.max(0, integers + structs - registers.integers)
                                + Math.max(0, vectors + more - registers.vectors);
        return (int) (words + 1) & -2;
    }
}
