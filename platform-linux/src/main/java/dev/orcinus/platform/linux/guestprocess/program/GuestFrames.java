package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.dwarf.CallFrameRows;
import dev.orcinus.formats.elf.ElfExecutable;
import dev.orcinus.platform.linux.Processor;

/**
 * The frames of those parts of a guest's program that call code, for debuggers: a call of Java and
 * the call that Java makes meanwhile lie on one stack. The rows are those of a part's body. It has
 * no state.
 */
final class GuestFrames {
    private static final int RBX = 3;
    private static final int RBP = 6;
    private static final int RSP = 7;
    private static final int R12 = 12;
    private static final int R13 = 13;
    private static final int RIP = 16;
    private static final int X19 = 19;
    private static final int X29 = 29;
    private static final int X30 = 30;
    private static final int SP = 31;

    private GuestFrames() {}

    static void addTo(ElfExecutable program, Processor processor, CodeListing code) {
        switch (processor) {
            case X86_64 -> addX64(program, code);
            case AARCH64 -> addAArch64(program, code);
        }
    }

    private static void add(
            ElfExecutable program, CodeListing code, String start, String end, CallFrameRows rows) {
        program.frame(code.offsetOf(start), code.offsetOf(end), rows);
    }

    private static void addX64(ElfExecutable program, CodeListing code) {
        add(program, code, "start", "main", new CallFrameRows().frame(RSP, 8).lost(RIP));
        add(program, code, "main", "finish", pushedThree(32));
        add(program, code, "fork_guest", "thread", onePushed());
        add(program, code, "thread", "enter", onePushed());
        add(program, code, "serve", "callback", framed().saved(RBX, 32));
        add(program, code, "callback", "claim", pushedThree(32));
        add(program, code, "list", "marshal", pushedThree(48));
        add(program, code, "marshal", "store", framed().saved(RBX, 24).saved(R12, 32));
        add(
                program,
                code,
                "run_main",
                "callback_all",
                new CallFrameRows().frame(RSP, 16).saved(RIP, 8));
        add(program, code, "callback_all", "deserted", framed());
    }

    private static CallFrameRows onePushed() {
        return new CallFrameRows().frame(RSP, 16).saved(RIP, 8).saved(RBX, 16);
    }

    /** A frame of so many bytes whose first ones are three pushed registers. */
    private static CallFrameRows pushedThree(int sizeBytes) {
        return new CallFrameRows()
                .frame(RSP, sizeBytes)
                .saved(RIP, 8)
                .saved(RBX, 16)
                .saved(R12, 24)
                .saved(R13, 32);
    }

    private static CallFrameRows framed() {
        return new CallFrameRows().frame(RBP, 16).saved(RIP, 8).saved(RBP, 16);
    }

    private static void addAArch64(ElfExecutable program, CodeListing code) {
        add(program, code, "start", "main", new CallFrameRows().frame(SP, 0).lost(X30));
        add(program, code, "main", "finish", pairs(SP, 48).saved(X19, 32).saved(X19 + 1, 24));
        add(program, code, "fork_guest", "thread", pairs(SP, 32).saved(X19, 16));
        add(program, code, "thread", "enter", pairs(SP, 32).saved(X19, 16));
        add(program, code, "serve", "callback", pairs(X29, 32).saved(X19, 8));
        add(
                program,
                code,
                "callback",
                "claim",
                pairs(SP, 64)
                        .saved(X19, 48)
                        .saved(X19 + 1, 40)
                        .saved(X19 + 2, 32)
                        .saved(X19 + 3, 24));
        add(program, code, "list", "marshal", pairs(SP, 48).saved(X19, 32).saved(X19 + 1, 24));
        add(program, code, "marshal", "store", pairs(X29, 32).saved(X19, 16).saved(X19 + 1, 8));
        add(program, code, "run_main", "callback_all", pairs(SP, 16));
        add(program, code, "callback_all", "deserted", pairs(X29, 16));
    }

    /** A frame that begins with the pair of x29 and x30. */
    private static CallFrameRows pairs(int register, int sizeBytes) {
        return new CallFrameRows()
                .frame(register, sizeBytes)
                .saved(X29, sizeBytes)
                .saved(X30, sizeBytes - 8);
    }
}
